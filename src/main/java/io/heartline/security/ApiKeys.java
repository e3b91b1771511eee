package io.heartline.security;

import io.heartline.model.ApiKey;
import io.heartline.protocol.Bearer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The keys to the HTTP interface: those that are given by name and those in a file. Only their
 * hashes are kept. Finding one costs one hash, however many there are.
 */
public final class ApiKeys {
  private final Map<KeyHash, ApiKey> given = new HashMap<>();
  private final ApiKeyFile file;
  private final LongSupplier epochMillis;

  /**
   * @param given what is known of each key, by the key
   * @param epochMillis the time, in milliseconds since 1970
   */
  public ApiKeys(Map<String, ApiKey> given, ApiKeyFile file, LongSupplier epochMillis) {
    given.forEach((key, known) -> this.given.put(KeyHash.of(key), known));
    this.file = file;
    this.epochMillis = epochMillis;
  }

  /**
   * Returns what is known of the key in an {@code Authorization} header.
   *
   * @param authorization null if it is absent
   * @return null if the key is unknown or has expired
   */
  public @Nullable ApiKey find(@Nullable String authorization) {
    ApiKey known = known(authorization);
    return known == null || isOver(known) ? null : known;
  }

  /** Returns the key in a header, which may have expired; null if it is not one of ours. */
  @Nullable
  ApiKey known(@Nullable String authorization) {
    String key = Bearer.token(authorization);
    if (key == null) {
      return null;
    }
    KeyHash hash = KeyHash.of(key);
    ApiKey known = given.get(hash);
    return known == null ? file.find(hash) : known;
  }

  private boolean isOver(ApiKey key) {
    return key.expiresAtMillis() != ApiKey.NEVER
        && key.expiresAtMillis() <= epochMillis.getAsLong();
  }

  /** Reads the file again if it has changed. Called every second or so, by one thread at a time. */
  public void tend() {
    file.tend();
  }
}
