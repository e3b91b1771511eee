package io.heartline.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A token that a client has said in words: the only credentials that come that way. */
record SpokenToken(@Override String token) implements Authenticator.Credentials {
  @Override
  public @Nullable String principal() {
    return null;
  }

  @Override
  public List<String> header(String name) {
    return List.of();
  }

  /** Never shows the token. */
  @Override
  public String toString() {
    return "a token";
  }
}
