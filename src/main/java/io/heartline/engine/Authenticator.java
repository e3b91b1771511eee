package io.heartline.engine;

import io.heartline.model.User;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says who a client is. */
@FunctionalInterface
public interface Authenticator {
  /** Returns the user, or empty if these credentials prove nobody. */
  Optional<User> authenticate(Credentials credentials);

  /** What a request brings along. */
  interface Credentials {
    /** Returns the name of the container's principal, or null if the container knows nobody. */
    @Nullable
    String principal();

    /** Returns the values of a header, none if it is absent. */
    List<String> header(String name);
  }
}
