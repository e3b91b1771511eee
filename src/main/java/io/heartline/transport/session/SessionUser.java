package io.heartline.transport.session;

import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionAttributeListener;
import jakarta.servlet.http.HttpSessionBindingEvent;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Watches the attribute of a session that says whose it is: a login that keeps the session at a
 * log-out takes at least that away.
 */
public final class SessionUser implements HttpSessionAttributeListener {
  private final String attribute;
  private final Function<@Nullable Object, @Nullable String> user;
  private final SessionLines lines;

  /** @param user returns the user's name that a value of the attribute holds; null if none */
  public SessionUser(
      String attribute, Function<@Nullable Object, @Nullable String> user, SessionLines lines) {
    this.attribute = attribute;
    this.user = user;
    this.lines = lines;
  }

  @Override
  public void attributeRemoved(HttpSessionBindingEvent event) {
    if (event.getName().equals(attribute)) {
      lines.loggedOut(event.getSession());
    }
  }

  /** Logins also write the same user anew, with every request. */
  @Override
  public void attributeReplaced(HttpSessionBindingEvent event) {
    if (event.getName().equals(attribute)
        && !Objects.equals(user.apply(event.getValue()), user.apply(now(event.getSession())))) {
      lines.loggedOut(event.getSession());
    }
  }

  private @Nullable Object now(HttpSession session) {
    try {
      return session.getAttribute(attribute);
    } catch (IllegalStateException e) { // the session ended
      return null;
    }
  }
}
