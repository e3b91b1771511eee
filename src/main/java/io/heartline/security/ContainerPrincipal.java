package io.heartline.security;

import io.heartline.engine.Authenticator;
import io.heartline.model.Identity;
import io.heartline.model.User;
import java.util.concurrent.CompletionStage;

/** Trusts the container: its principal is the user. */
public final class ContainerPrincipal implements Authenticator {
  @Override
  public CompletionStage<Verdict> authenticate(Credentials credentials) {
    String name = credentials.principal();
    Verdict verdict = name == null || User.problem(name) != null
        ? new Verdict.Nobody()
        : new Verdict.Known(Identity.of(new User(name)));
    return verdict.now();
  }
}
