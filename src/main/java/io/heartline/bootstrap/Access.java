package io.heartline.bootstrap;

import io.heartline.bootstrap.settings.AuthSettings;
import io.heartline.bootstrap.settings.BadSetting;
import io.heartline.bootstrap.settings.JwtSettings;
import io.heartline.bootstrap.settings.KeySettings;
import io.heartline.bootstrap.settings.RightsSettings;
import io.heartline.bootstrap.settings.Settings;
import io.heartline.engine.Authenticator;
import io.heartline.engine.Rights;
import io.heartline.model.ApiKey;
import io.heartline.model.TimeSource;
import io.heartline.security.ApiKeyFile;
import io.heartline.security.ApiKeys;
import io.heartline.security.ChannelRights;
import io.heartline.security.Networks;
import io.heartline.security.Origins;
import io.heartline.security.RightsCallback;
import io.heartline.security.SecretFile;
import io.heartline.security.SignedCookie;
import io.heartline.security.Tickets;
import io.heartline.security.jwt.Tokens;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a deployment decides which requests it accepts.
 *
 * @param authenticator says who a request comes from
 * @param tokens says whose the tokens are that clients show by themselves
 * @param jwt signed tokens; null if nobody looks at them
 * @param rights says what a client may do
 * @param guests the demo's users; null if the demo is off
 * @param tickets one-time tickets; null if they are not in use
 * @param keys those with which servers may call the HTTP interface
 * @param origins those whose pages may connect
 * @param proxies those whose forwarded headers are believed
 */
record Access(
    Authenticator authenticator,
    Authenticator tokens,
    @Nullable Tokens jwt,
    Rights rights,
    @Nullable SignedCookie guests,
    @Nullable Tickets tickets,
    ApiKeys keys,
    Origins origins,
    Networks proxies) {
  private static final Logger LOG = System.getLogger(Access.class.getName());

  /** The largest answer to a question about a right, in bytes. */
  private static final int RIGHTS_ANSWER = 4096;

  /** Looks at nothing. */
  private static final Authenticator NOBODY =
      credentials -> new Authenticator.Verdict.Nobody().now();

  /**
   * Reads it from the settings. Secrets that are missing are created in the data directory.
   *
   * @param outside servers that may have to be asked
   * @param keyFile told where the key is kept, unless the settings name keys
   * @throws BadSetting if a value breaks its rule
   */
  static Access open(Settings settings, Path data, Outside outside, Consumer<Path> keyFile)
      throws IOException {
    Networks proxies = proxies(settings);
    Origins origins = checked("heartline.origins", settings.origins(), Origins::new);
    if (settings.redis().isPresent()) {
      requireKeys(settings.keys(), data);
    }
    ApiKeys keys = keys(settings.keys(), data, outside.time(), keyFile);
    SignedCookie guests = settings.demo() ? guests(settings, data) : null;
    Tokens jwt = settings.auth().order().contains(JwtSettings.WAY)
        ? Jwt.open(settings.jwt(), outside)
        : null;
    Tickets tickets = new Tickets(Ways.expiry(settings.auth(), outside));
    Ways ways = new Ways(settings.auth(), jwt, tickets, proxies, outside);
    return new Access(
        authenticator(settings, ways, guests),
        jwt == null ? NOBODY : jwt.shown(),
        jwt,
        rights(settings.rights(), outside),
        guests,
        settings.auth().order().contains(AuthSettings.TICKET) ? tickets : null,
        keys,
        origins,
        proxies);
  }

  /**
   * A ticket, and a token that a client shows by itself, come first: they are meant for this line,
   * while browsers send cookies and sessions with everything. The demo's guests come last: whoever
   * has logged in is no guest.
   */
  private static Authenticator authenticator(
      Settings settings, Ways ways, @Nullable SignedCookie guests) {
    List<Authenticator> all = new ArrayList<>();
    List<String> order = settings.auth().order();
    if (order.contains(AuthSettings.TICKET)) {
      all.add(ways.tickets());
    }
    if (ways.jwt() != null) {
      all.add(ways.jwt().shown());
    }
    order.stream()
        .filter(name -> !name.equals(AuthSettings.TICKET))
        .forEach(name -> all.add(ways.way(name)));
    if (guests != null) {
      all.add(guests);
    }
    return all.stream().reduce(NOBODY, Authenticator::orElse);
  }

  /** From now on, what one node has issued lets in at all. Called before the start. */
  void share(SharedRedis shared) {
    if (tickets != null) {
      tickets.keepIn(shared.tickets());
    }
    if (guests != null) {
      shared.guests(guests::secret);
    }
  }

  /** Looks whether something has changed. Called every second or so; may wait for a disk. */
  void tend() {
    keys.tend();
    if (jwt != null) {
      jwt.tend();
    }
  }

  /** Logs what was only counted so far. Called at the end. */
  void end() {
    if (jwt != null) {
      jwt.end();
    }
  }

  /** With other nodes the secret is theirs too: {@link SharedRedis} has it. */
  private static SignedCookie guests(Settings settings, Path data) throws IOException {
    return settings.redis().isPresent()
        ? new SignedCookie()
        : new SignedCookie(SecretFile.readOrMake(data.resolve("cookie.key")));
  }

  private static Rights rights(RightsSettings settings, Outside outside) {
    Rights application = settings
        .callback()
        .map(url -> new RightsCallback(
            outside.remote(settings.timeout(), settings.calls(), RIGHTS_ANSWER),
            url,
            settings.key().orElse(null),
            settings.answers(),
            outside.time(),
            outside.log()))
        .orElse(null);
    return new ChannelRights(settings.rules(), application);
  }

  /** Reads which proxies' forwarded headers are believed. */
  private static Networks proxies(Settings settings) {
    return checked("heartline.trusted-proxies", settings.trustedProxies(), Networks::new);
  }

  /** A key that one node makes for itself would be unknown to the others. */
  private static void requireKeys(KeySettings settings, Path data) throws IOException {
    if (settings.plain().isEmpty()
        && ApiKeyFile.open(data.resolve(settings.file())).isEmpty()) {
      throw new BadSetting(
          "heartline.api.keys",
          "",
          "must be set, the same on all nodes, if heartline.store is redis; or name a file of keys"
              + " with heartline.api.keys.file");
    }
  }

  private static ApiKeys keys(
      KeySettings settings, Path data, TimeSource time, Consumer<Path> keyFile) throws IOException {
    Path file = data.resolve(settings.file());
    ApiKeyFile hashed = ApiKeyFile.open(file);
    Map<String, ApiKey> plain = new HashMap<>();
    for (String key : settings.plain()) {
      plain.put(
          key,
          new ApiKey(
              (plain.size() + 1) + " of heartline.api.keys", settings.scopes(), ApiKey.NEVER));
    }
    Path made = data.resolve("api.key");
    if (plain.isEmpty() && (hashed.isEmpty() || Files.exists(made))) {
      plain.put(
          SecretFile.readOrMake(made), new ApiKey("api.key", settings.scopes(), ApiKey.NEVER));
      LOG.log(Level.INFO, "the publish key is kept in {0}", made);
      keyFile.accept(made);
    }
    return new ApiKeys(plain, hashed, () -> time.epochMicros() / 1000);
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
