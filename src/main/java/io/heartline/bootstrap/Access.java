package io.heartline.bootstrap;

import io.heartline.bootstrap.settings.BadSetting;
import io.heartline.bootstrap.settings.Settings;
import io.heartline.engine.Authenticator;
import io.heartline.security.ApiKeys;
import io.heartline.security.ContainerPrincipal;
import io.heartline.security.Networks;
import io.heartline.security.Origins;
import io.heartline.security.SecretFile;
import io.heartline.security.SignedCookie;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a deployment decides which requests it accepts.
 *
 * @param authenticator says who a request comes from
 * @param guests the demo's users; null if the demo is off
 * @param keys those with which servers may call the HTTP interface
 * @param origins those whose pages may connect
 * @param proxies those whose forwarded headers are believed
 */
record Access(
    Authenticator authenticator,
    @Nullable SignedCookie guests,
    ApiKeys keys,
    Origins origins,
    Networks proxies) {
  private static final Logger LOG = System.getLogger(Access.class.getName());

  /**
   * Reads it from the settings. Secrets that are missing are created in the data directory.
   *
   * @throws BadSetting if a value breaks its rule
   */
  static Access open(Settings settings, Path data, ServletContext context) throws IOException {
    Networks proxies = proxies(settings);
    Origins origins = checked("heartline.origins", settings.origins(), Origins::new);
    ApiKeys keys = new ApiKeys(keys(settings, data, context));
    Authenticator container = new ContainerPrincipal();
    if (!settings.demo()) {
      return new Access(container, null, keys, origins, proxies);
    }
    SignedCookie guests = new SignedCookie(SecretFile.readOrMake(data.resolve("cookie.key")));
    return new Access(container.orElse(guests), guests, keys, origins, proxies);
  }

  /** Reads which proxies' forwarded headers are believed. */
  static Networks proxies(Settings settings) {
    return checked("heartline.trusted-proxies", settings.trustedProxies(), Networks::new);
  }

  private static List<String> keys(Settings settings, Path data, ServletContext context)
      throws IOException {
    if (!settings.apiKeys().isEmpty()) {
      return settings.apiKeys();
    }
    Path file = data.resolve("api.key");
    String key = SecretFile.readOrMake(file);
    LOG.log(Level.INFO, "the publish key is kept in {0}", file);
    context.setAttribute(HeartlineInitializer.KEY_FILE, file.toString());
    return List.of(key);
  }

  private static <T> T checked(
      String property, List<String> values, Function<List<String>, T> made) {
    try {
      return made.apply(values);
    } catch (IllegalArgumentException e) {
      throw new BadSetting(property, String.join(",", values), String.valueOf(e.getMessage()));
    }
  }
}
