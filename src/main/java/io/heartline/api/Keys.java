package io.heartline.api;

import io.heartline.model.ApiKey;
import io.heartline.model.Scope;
import org.jspecify.annotations.Nullable;

/** The keys with which servers call. */
@FunctionalInterface
public interface Keys {
  /**
   * Returns the key in an {@code Authorization} header.
   *
   * @param authorization null if it is absent
   * @return null if the key is unknown or has expired
   */
  @Nullable
  ApiKey find(@Nullable String authorization);

  /**
   * Returns the key of a call.
   *
   * @throws Refusal 401 if it has none of ours, 403 if its key may not do this
   */
  default ApiKey require(Call call, Scope scope) {
    ApiKey key = find(call.header("Authorization"));
    if (key == null) {
      throw Refusal.unauthorized();
    }
    if (!key.scopes().allow(scope)) {
      throw call.forbidden("Authorization", "must be a key with the scope " + scope.word());
    }
    return key;
  }
}
