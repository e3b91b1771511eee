package io.heartline.security;

import io.heartline.engine.Authenticator;
import io.heartline.model.Identity;
import io.heartline.model.User;
import java.util.concurrent.CompletionStage;

/**
 * Trusts the container: its principal is the user. A principal whose name cannot be a user's is
 * refused. Taken for an anonymous client, they would get a line that never brings them anything.
 */
public final class ContainerPrincipal implements Authenticator {
  @Override
  public CompletionStage<Verdict> authenticate(Credentials credentials) {
    String name = credentials.principal();
    if (name == null) {
      return new Verdict.Nobody().now();
    }
    String problem = User.problem(name);
    if (problem == null) {
      return new Verdict.Known(Identity.of(new User(name))).now();
    }
    return new Verdict.Wrong("the user's name " + problem).now();
  }
}
