package io.heartline.browser;

import io.heartline.testing.RunningWar;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A Firefox, driven by the protocol that it speaks itself; it needs no driver beside it. */
final class Firefox implements Browser {
  /**
   * What a profile of people's does not say: it would only ask, and talk to its maker's servers.
   */
  private static final String PREFERENCES = """
      user_pref("remote.prefs.recommended", false); // what drivers change, such as timers in the background
      user_pref("app.normandy.enabled", false);
      user_pref("app.update.disabledForTesting", true);
      user_pref("browser.aboutwelcome.enabled", false);
      user_pref("browser.safebrowsing.blockedURIs.enabled", false);
      user_pref("browser.safebrowsing.downloads.enabled", false);
      user_pref("browser.safebrowsing.malware.enabled", false);
      user_pref("browser.safebrowsing.phishing.enabled", false);
      user_pref("browser.shell.checkDefaultBrowser", false);
      user_pref("browser.startup.homepage_override.mstone", "ignore");
      user_pref("browser.startup.page", 0);
      user_pref("browser.topsites.contile.enabled", false);
      user_pref("datareporting.policy.dataSubmissionEnabled", false);
      user_pref("dom.push.connection.enabled", false);
      user_pref("extensions.getAddons.cache.enabled", false);
      user_pref("extensions.systemAddon.update.enabled", false);
      user_pref("extensions.update.enabled", false);
      user_pref("media.gmp-manager.updateEnabled", false);
      user_pref("network.captive-portal-service.enabled", false);
      user_pref("network.connectivity-service.enabled", false);
      user_pref("network.proxy.type", 0);
      user_pref("services.settings.server", "data:,");
      user_pref("toolkit.telemetry.enabled", false);
      user_pref("toolkit.telemetry.server", "data:,");
      """;

  private static final String READY = "WebDriver BiDi listening on ";

  /** It is mostly work of the machine's, where others may start beside it. */
  private static final Duration START = RunningWar.PATIENCE.multipliedBy(4);

  private final ProcessTree processes;
  private final Bidi bidi;
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private String user; // the container that all tabs are in, with cookies of its own
  private String current = ""; // the tab in front

  private Firefox(Process process, URI address) {
    processes = new ProcessTree(process.toHandle());
    bidi = new Bidi(address, this::told);
    bidi.ask("session.new", Map.of("capabilities", Map.of()), START); // answered once it is up
    bidi.ask("session.subscribe", Map.of("events", List.of("log.entryAdded")));
    user = newUser();
  }

  static Firefox start(Path profile) throws IOException {
    Files.createDirectories(profile);
    Files.writeString(profile.resolve("user.js"), PREFERENCES);
    ProcessBuilder builder = new ProcessBuilder(
        "firefox-esr",
        "--headless",
        "--no-remote",
        "--remote-debugging-port=0",
        "--width=1280",
        "--height=1600",
        "--profile",
        profile.toString());
    builder.environment().put("HOME", profile.toString());
    builder.environment().put("MOZ_CRASHREPORTER_DISABLE", "1");
    Process process = builder.redirectErrorStream(true).start();
    CompletableFuture<URI> address = new CompletableFuture<>();
    Thread reader = new Thread(() -> read(process, address), "output of " + process.pid());
    reader.setDaemon(true);
    reader.start();
    try {
      return new Firefox(process, address.get(START.toSeconds(), TimeUnit.SECONDS));
    } catch (InterruptedException | ExecutionException | TimeoutException | AssertionError e) {
      new ProcessTree(process.toHandle()).end(process::destroy); // nobody else could end it
      throw new AssertionError("Firefox does not start; see src/test/tools/install", e);
    }
  }

  /** Reads to the end, or the process would be held up. */
  private static void read(Process process, CompletableFuture<URI> address) {
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(READY)) {
          address.complete(URI.create(line.substring(READY.length()) + "/session"));
        }
      }
      address.completeExceptionally(new AssertionError("it has ended"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void told(Map<String, Object> entry) {
    if (List.of("warn", "error").contains(entry.get("level"))) {
      complaints.add(String.valueOf(entry.get("text")));
    }
  }

  private String newUser() {
    return (String) bidi.ask("browser.createUserContext", Map.of()).get("userContext");
  }

  @Override
  public Tab open(String url) {
    Map<String, Object> made =
        bidi.ask("browsingContext.create", Map.of("type", "tab", "userContext", user));
    FirefoxTab tab = new FirefoxTab((String) made.get("context"));
    current = tab.context;
    tab.go(url);
    return tab;
  }

  @Override
  public List<? extends Tab> tabs() {
    List<?> all =
        (List<?>) bidi.ask("browsingContext.getTree", Map.of("maxDepth", 0)).get("contexts");
    return all.stream()
        .map(Map.class::cast)
        .filter(context -> user.equals(context.get("userContext")))
        .map(context -> new FirefoxTab((String) context.get("context")))
        .toList();
  }

  @Override
  public void forget() {
    bidi.ask("browser.removeUserContext", Map.of("userContext", user));
    user = newUser();
    current = "";
    complaints.clear();
  }

  @Override
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  @Override
  public void sleep(Duration howLong) {
    processes.stopFor(howLong);
  }

  @Override
  public void close() {
    processes.end(() -> bidi.ask("browser.close", Map.of()));
  }

  /** Any tab can be asked; it is brought to the front since Chromium does so. */
  private final class FirefoxTab implements Tab {
    private final String context;

    private FirefoxTab(String context) {
      this.context = context;
    }

    private Map<String, Object> ask(String method, Map<String, ?> parameters) {
      if (!context.equals(current)) {
        bidi.ask("browsingContext.activate", Map.of("context", context));
        current = context;
      }
      Map<String, Object> all = new HashMap<>(parameters);
      all.put("context", context);
      return bidi.ask(method, all);
    }

    @Override
    public void go(String url) {
      ask("browsingContext.navigate", Map.of("url", url, "wait", "complete"));
    }

    @Override
    public void reload() {
      ask("browsingContext.reload", Map.of("wait", "complete"));
    }

    @Override
    public Object js(String script, Object... arguments) {
      String function = "async json => JSON.stringify([await (function () {" + script
          + "\n}).apply(window, JSON.parse(json))])";
      Map<String, Object> parameters = Map.of(
          "functionDeclaration",
          function,
          "awaitPromise",
          true,
          "target",
          Map.of("context", context),
          "arguments",
          List.of(Map.of("type", "string", "value", Bidi.write(Arrays.asList(arguments)))));
      Map<String, Object> told = ask("script.callFunction", parameters);
      if (!"success".equals(told.get("type"))) {
        throw new AssertionError(Bidi.map(told, "exceptionDetails").get("text") + "\n" + script);
      }
      String json = (String) Bidi.map(told, "result").get("value");
      return ((List<?>) Bidi.read("{\"all\":" + json + "}").get("all")).get(0);
    }

    @Override
    public void click(String selector) {
      List<?> middle = (List<?>) js("""
          const element = document.querySelector(arguments[0]);
          element.scrollIntoView({ block: 'center', behavior: 'instant' });
          const { x, y, width, height } = element.getBoundingClientRect();
          return [Math.round(x + width / 2), Math.round(y + height / 2)];
          """, selector);
      act(
          "pointer",
          List.of(
              Map.of("type", "pointerMove", "x", middle.get(0), "y", middle.get(1)),
              Map.of("type", "pointerDown", "button", 0),
              Map.of("type", "pointerUp", "button", 0)));
    }

    @Override
    public void type(String selector, String text) {
      click(selector);
      act(
          "key",
          text.codePoints()
              .mapToObj(Character::toString)
              .flatMap(key -> List.of("keyDown", "keyUp").stream()
                  .map(type -> Map.of("type", type, "value", key)))
              .toList());
    }

    private void act(String device, List<? extends Map<String, ?>> actions) {
      ask(
          "input.performActions",
          Map.of("actions", List.of(Map.of("type", device, "id", device, "actions", actions))));
    }

    @Override
    public void screenshot(Path file) throws IOException {
      String data = (String) ask("browsingContext.captureScreenshot", Map.of()).get("data");
      Files.write(file, Base64.getDecoder().decode(data));
    }

    @Override
    public void close() {
      ask("browsingContext.close", Map.of());
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof FirefoxTab tab && tab.context.equals(context);
    }

    @Override
    public int hashCode() {
      return context.hashCode();
    }
  }
}
