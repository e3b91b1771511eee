package io.heartline.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.browser.Chromium.Tab;
import io.heartline.model.User;
import io.heartline.security.SignedCookie;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The demo page shows whatever it is sent as text, and runs nothing of it. */
class HostileNamesIT {
  private static final List<String> HOSTILE = List.of(
      "<script>alert(1)</script>",
      "\"><img src=x onerror=alert(1)>",
      "'><svg/onload=alert(1)>",
      "javascript:/*--></title></style></textarea></script></xmp>"
          + "<svg/onload='+/\"/+/onmouseover=1/+/[*/[]/+alert(1)//'>",
      "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
      "<a href=javascript:alert(1)>x</a>",
      "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
      "<style>@import'http://127.0.0.1:1/x'</style>",
      "{{constructor.constructor('alert(1)')()}}${alert(1)}",
      "&lt;script&gt;alert(1)&lt;/script&gt;",
      "</p><base href=//127.0.0.1:1/>",
      "<form action=//127.0.0.1:1/><button autofocus onfocus=alert(1)>");

  /** In place before the page's own scripts. */
  private static final String WATCH = """
      window.seen = { dialogs: [], violations: [] };
      window.alert = window.prompt = window.confirm = text => seen.dialogs.push(String(text));
      addEventListener('securitypolicyviolation', event => seen.violations.push(event.violatedDirective));
      """;

  private static final String FOREIGN =
      "return [...document.querySelectorAll('#feed :is(script, img, iframe, style, a, form, base, math),"
          + " #outcome *, #guest-name *, #user *, .error *')].map(e => e.outerHTML)";

  @TempDir
  static Path folder;

  private static RunningWar war;
  private static Chromium browser;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(folder);
    browser = Chromium.start(folder.resolve("profile"));
  }

  @AfterAll
  static void stop() {
    try (RunningWar w = war;
        Chromium b = browser) {
      assertThat(b).isNotNull();
    }
  }

  @AfterEach
  void forget() {
    browser.forget();
  }

  static List<String> hostile() {
    return HOSTILE;
  }

  private static Tab demo() {
    Tab tab = browser.open(war.http("health/live").toString());
    tab.cdp("Page.addScriptToEvaluateOnNewDocument", Map.of("source", WATCH));
    tab.go(war.http("demo/").toString());
    awaitLive(tab);
    return tab;
  }

  private static void awaitLive(Tab tab) {
    Eventually.await(
        "live", () -> tab.js("return document.body.dataset.state"), state -> state.equals("live"));
  }

  private static void assertNothingRan(Tab tab) {
    assertThat(tab.seen("dialogs")).isEmpty();
    assertThat(tab.seen("violations")).isEmpty();
    assertThat((List<?>) tab.js(FOREIGN)).isEmpty();
    assertThat(browser.complaints()).noneMatch(text -> text.contains("Content Security Policy"));
  }

  @Test
  void whatIsPublishedIsShownAsText() throws IOException {
    Tab tab = demo();
    for (String text : HOSTILE) {
      war.publish("public:demo", quoted(text));
      war.publish("public:demo", "{" + quoted(text) + ":[" + quoted(text) + "]}");
    }
    war.publish("public:demo", "\"the last one\"");
    Eventually.await(
        "shown",
        () -> String.join("\n", tab.texts("#feed li")),
        shown -> shown.contains("the last one"));
    String shown = String.join("\n", tab.texts("#feed li"));
    for (String text : HOSTILE) {
      assertThat(shown).contains(text);
    }
    assertNothingRan(tab);
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void whoSomebodyIsIsShownAsText(String name) throws IOException {
    SignedCookie cookie =
        new SignedCookie(Files.readString(war.data().resolve("cookie.key")).strip());
    Tab tab = browser.open(war.http("health/live").toString());
    tab.cdp(
        "Network.setCookie",
        Map.of(
            "name",
            SignedCookie.NAME,
            "value",
            cookie.sign(new User(name)),
            "url",
            war.base().toString(),
            "path",
            "/heartline"));
    tab.cdp("Page.addScriptToEvaluateOnNewDocument", Map.of("source", WATCH));
    tab.go(war.http("demo/").toString());
    awaitLive(tab);
    assertThat(tab.text("guest-name")).isEqualTo(name);
    assertThat(tab.text("user")).isEqualTo(name);
    assertNothingRan(tab);
  }

  /** The form sends it, the server refuses it, and the page says why. */
  @Test
  void whatAFormIsRefusedForIsShownAsText() {
    Tab tab = demo();
    tab.js("document.querySelector('input[name=to][value=user]').click(); return ''");
    for (String text : HOSTILE) {
      tab.js(
          "document.getElementById('to-user').value = arguments[0];"
              + "document.querySelectorAll('.error').forEach(e => e.textContent = '');"
              + "document.querySelector('#form button[type=submit]').click(); return ''",
          text);
      Eventually.await(
          "refused", () -> String.join("", tab.texts(".error")), said -> !said.isBlank());
    }
    assertNothingRan(tab);
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
