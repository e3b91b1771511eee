package io.heartline.security.jwt;

import com.nimbusds.jose.JWSAlgorithm;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Where the keys are. */
public sealed interface KeySource permits KeyFile, KeyUrl {
  /**
   * Returns the keys that a token may be signed with. The answer never fails, and comes within a
   * bounded time.
   *
   * @param id the key that the token names; null if it names none
   */
  CompletionStage<Found> find(@Nullable String id, JWSAlgorithm algorithm);

  /** Looks whether the keys have changed. Called every second or so; may wait for a disk. */
  void tend();

  /** What is known of the keys. */
  sealed interface Found {
    /** @param all none if no key fits */
    record Keys(List<Key> all) implements Found {}

    /**
     * There are no keys now.
     *
     * @param why for clients
     */
    record Unavailable(String why) implements Found {}
  }
}
