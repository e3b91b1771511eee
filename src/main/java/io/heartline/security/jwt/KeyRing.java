package io.heartline.security.jwt;

import com.nimbusds.jose.JWSAlgorithm;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys that may have signed a token. */
record KeyRing(List<Key> keys) {
  /** The most keys that are kept. */
  static final int MAX = 64;

  KeyRing {
    keys = List.copyOf(keys);
  }

  /**
   * Returns the keys that a token may be signed with.
   *
   * @param id the key that the token names; null if it names none
   */
  List<Key> fitting(@Nullable String id, JWSAlgorithm algorithm) {
    return keys.stream().filter(key -> key.fits(id, algorithm)).toList();
  }
}
