package io.heartline.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Authenticator.Credentials;
import io.heartline.engine.Authenticator.Verdict;
import io.heartline.model.Identity;
import io.heartline.model.User;
import java.security.Principal;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SessionAttributeTest {
  /** Of the kind that Spring Security keeps: an interface, and classes that nobody sees. */
  public interface Context {
    @Nullable
    Authentication getAuthentication();
  }

  /** Who has logged in. */
  public interface Authentication extends Principal {
    List<Object> getAuthorities();
  }

  private record Hidden(@Nullable Authentication authentication) implements Context {
    @Override
    public @Nullable Authentication getAuthentication() {
      return authentication;
    }
  }

  private record Ann() implements Authentication {
    @Override
    public String getName() {
      return "ann";
    }

    @Override
    public List<Object> getAuthorities() {
      return List.of("ROLE_STAFF", new StringBuilder("ROLE_NIGHT"));
    }
  }

  private static Verdict ask(SessionAttribute way, @Nullable Object value) {
    return way.authenticate(new Credentials() {
          @Override
          public @Nullable String principal() {
            return "somebody else";
          }

          @Override
          public @Nullable Object sessionAttribute(String name) {
            return name.equals("login") ? value : null;
          }

          @Override
          public List<String> header(String name) {
            return List.of();
          }
        })
        .toCompletableFuture()
        .join();
  }

  private static SessionAttribute way(String user, @Nullable String groups) {
    return new SessionAttribute(
        "login", GetterPath.of(user), groups == null ? null : GetterPath.of(groups));
  }

  @Test
  void theValueIsTheNameOrAPrincipal() {
    Verdict ann = new Verdict.Known(Identity.of(new User("ann")));
    assertThat(ask(way("", null), "ann")).isEqualTo(ann);
    assertThat(ask(way("", null), new Ann())).isEqualTo(ann);
    assertThat(ask(way("", null), 42L)).isEqualTo(new Verdict.Known(Identity.of(new User("42"))));
  }

  @Test
  void gettersLeadToTheNameAndToTheGroups() {
    Verdict ann =
        ask(way("authentication.name", "authentication.authorities"), new Hidden(new Ann()));
    assertThat(ann)
        .isEqualTo(new Verdict.Known(new Identity(
            new User("ann"),
            Identity.NEVER,
            Set.of("group:ROLE_STAFF", "group:ROLE_NIGHT"),
            null)));
    assertThat(way("authentication", null).userOf(new Hidden(new Ann()))).isEqualTo("ann");
  }

  @Test
  void whoHasNotLoggedInIsNobody() {
    assertThat(ask(way("", null), null)).isEqualTo(new Verdict.Nobody());
    assertThat(ask(way("authentication.name", null), new Hidden(null)))
        .isEqualTo(new Verdict.Nobody());
  }

  @Test
  void whatCannotBeReadIsToldAndNotTakenForNobody() {
    assertThat(ask(way("authentication.login", null), new Hidden(new Ann())))
        .isEqualTo(new Verdict.Wrong(
            "the session's attribute login has no " + Ann.class.getName() + ".getLogin()"));
    assertThat(ask(way("", null), new Object()))
        .isEqualTo(new Verdict.Wrong("the session's attribute login leads to a java.lang.Object,"
            + " not to a name: set heartline.auth.session.user"));
    Context failing = () -> {
      throw new IllegalStateException("ann's secret");
    };
    assertThat(ask(way("authentication", null), failing))
        .isEqualTo(new Verdict.Wrong(
            "the session's attribute login cannot be read: java.lang.IllegalStateException"));
    assertThat(ask(way("", null), ""))
        .isEqualTo(new Verdict.Wrong("the user's name must have 1 to 128 characters: 0"));
  }
}
