package io.heartline.security;

import io.heartline.engine.Authenticator;
import io.heartline.model.Identity;
import io.heartline.model.User;
import java.lang.reflect.InvocationTargetException;
import java.security.Principal;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Believes what a login inside our own web application keeps in the HTTP session, such as Spring
 * Security's or Shiro's.
 *
 * @param attribute the name of the session's attribute
 * @param user leads from its value to the user's name, or to a principal, whose name it is
 * @param groups leads from its value to the user's groups; null if they are not asked for
 */
public record SessionAttribute(
    String attribute, GetterPath user, @Nullable GetterPath groups) implements Authenticator {
  private static final String GROUP = "group:";

  @Override
  public CompletionStage<Verdict> authenticate(Credentials credentials) {
    Object value = credentials.sessionAttribute(attribute);
    return (value == null ? new Verdict.Nobody() : verdict(value)).now();
  }

  private Verdict verdict(Object value) {
    try {
      Object end = user.from(value);
      if (end == null) {
        return new Verdict.Nobody();
      }
      String name = name(end);
      if (name == null) {
        return new Verdict.Wrong("the session's attribute " + attribute + " leads to a "
            + end.getClass().getName() + ", not to a name: set heartline.auth.session.user");
      }
      String problem = User.problem(name);
      return problem == null
          ? new Verdict.Known(new Identity(new User(name), Identity.NEVER, groups(value), null))
          : new Verdict.Wrong("the user's name " + problem);
    } catch (NoSuchMethodException e) {
      return new Verdict.Wrong(
          "the session's attribute " + attribute + " has no " + e.getMessage() + "()");
    } catch (InvocationTargetException e) {
      return new Verdict.Wrong("the session's attribute " + attribute + " cannot be read: "
          + e.getTargetException().getClass().getName());
    }
  }

  /**
   * Returns the user's name that a value of the attribute holds; null if it holds none, or none
   * that can be read.
   */
  public @Nullable String userOf(@Nullable Object value) {
    try {
      return name(user.from(value));
    } catch (NoSuchMethodException | InvocationTargetException e) {
      return null;
    }
  }

  /** Other objects than these have no text that tells two users apart. */
  private static @Nullable String name(@Nullable Object end) {
    if (end instanceof Principal principal) {
      return principal.getName();
    }
    boolean text = end instanceof CharSequence || end instanceof Number || end instanceof UUID;
    return text ? String.valueOf(end) : null;
  }

  private Set<String> groups(Object value) throws NoSuchMethodException, InvocationTargetException {
    Object end = groups == null ? null : groups.from(value);
    if (end == null) {
      return Set.of();
    }
    Collection<?> all = end instanceof Collection<?> collection
        ? collection
        : end instanceof Object[] array ? Arrays.asList(array) : List.of(end);
    return all.stream().map(group -> GROUP + group).collect(Collectors.toSet());
  }
}
