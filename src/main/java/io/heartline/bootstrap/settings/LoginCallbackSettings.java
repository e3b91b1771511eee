package io.heartline.bootstrap.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;

/**
 * How the application is asked who a client is.
 *
 * @param timeout how long it may take to answer
 * @param calls how many questions may be under way at a time
 * @param cache how long an answer is good for the same cookies
 */
public record LoginCallbackSettings(URI url, Duration timeout, int calls, Duration cache) {
  static final String URL = "heartline.auth.callback";

  /** Returns what is set; empty if nothing is. */
  static Optional<LoginCallbackSettings> read(Property property) {
    Duration timeout = property.duration(
        "heartline.auth.callback.timeout", Duration.ofSeconds(3), Duration.ofMillis(100));
    int calls = property.number("heartline.auth.callback.calls", 64, 1, 10_000);
    Duration cache =
        property.duration("heartline.auth.callback.cache", Duration.ofSeconds(5), Duration.ZERO);
    return property
        .text(URL)
        .map(url -> new LoginCallbackSettings(url(url), timeout, calls, cache));
  }

  private static URI url(String value) {
    try {
      URI url = new URI(value);
      if (String.valueOf(url.getScheme()).matches("https?")
          && url.getHost() != null
          && url.getUserInfo() == null
          && url.getFragment() == null) {
        return url;
      }
    } catch (URISyntaxException e) {
      // said below
    }
    throw new BadSetting(
        URL,
        value.contains("@") ? "one with an @" : value,
        "must be a URL such as" + " http://127.0.0.1:9090/who, without a user in it");
  }
}
