package io.heartline.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.container.probe.ShortSessions;
import io.heartline.container.shop.ShopServlet;
import io.heartline.testing.EventStream;
import io.heartline.testing.Json;
import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar;
import io.heartline.testing.WebSocketRecorder;
import io.heartline.testing.WebSocketRecorder.Closed;
import jakarta.servlet.ServletContainerInitializer;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.JavaArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who has logged in to the shop beside Heartline is known here by the container's single sign-on,
 * and hears nothing more here once they have logged out there.
 */
@ExtendWith(ArquillianExtension.class)
class SingleSignOnIT {
  private static final Closed LOGGED_OUT = new Closed(4503, "logged out");
  private static final Closed STAY_AWAY = new Closed(4500, "logged out");
  private static final Closed COME_BACK = new Closed(4001, "the credentials have expired");

  private static final String SSO = "JSESSIONIDSSO";
  private static final String SESSION = "JSESSIONID";
  private static final String NOBODY = "nobody";

  private final Deployed war = new Deployed("heartline-sso");

  /** Its sessions are short. */
  private final Deployed extend = new Deployed("heartline-sso-extend");

  /** The same. */
  private final Deployed bind = new Deployed("heartline-sso-bind");

  /** The same. */
  private final Deployed detach = new Deployed("heartline-sso-detach");

  @Deployment(name = "shop", testable = false)
  static WebArchive shop() {
    String webXml = """
        <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
          <servlet>
            <servlet-name>shop</servlet-name>
            <servlet-class>%s</servlet-class>
          </servlet>
          <servlet-mapping>
            <servlet-name>shop</servlet-name>
            <url-pattern>/page</url-pattern>
          </servlet-mapping>
          <security-constraint>
            <web-resource-collection>
              <web-resource-name>for customers</web-resource-name>
              <url-pattern>/page</url-pattern>
            </web-resource-collection>
            <auth-constraint>
              <role-name>**</role-name>
            </auth-constraint>
          </security-constraint>
          <login-config>
            <auth-method>FORM</auth-method>
            <form-login-config>
              <form-login-page>/login.html</form-login-page>
              <form-error-page>/wrong.html</form-error-page>
            </form-login-config>
          </login-config>
        </web-app>
        """.formatted(ShopServlet.class.getName());
    return inTheShopsDomain(ShrinkWrap.create(WebArchive.class, "shop.war")
        .addClass(ShopServlet.class)
        .setWebXML(new StringAsset(webXml))
        .addAsWebResource(new StringAsset("log in"), "login.html")
        .addAsWebResource(new StringAsset("wrong"), "wrong.html"));
  }

  @Deployment(name = "heartline", testable = false)
  static WebArchive heartline() {
    return withTheSameLogin(Deployed.archive("heartline-sso", "heartline.seats.line=none"));
  }

  @Deployment(name = "extend", testable = false)
  static WebArchive extend() {
    return withShortSessions("extend");
  }

  @Deployment(name = "bind", testable = false)
  static WebArchive bind() {
    return withShortSessions("bind");
  }

  @Deployment(name = "detach", testable = false)
  static WebArchive detach() {
    return withShortSessions("detach");
  }

  private static WebArchive withShortSessions(String policy) {
    JavaArchive probe = ShrinkWrap.create(JavaArchive.class, "probe.jar")
        .addClass(ShortSessions.class)
        .addAsServiceProvider(ServletContainerInitializer.class, ShortSessions.class);
    return withTheSameLogin(Deployed.archive(
            "heartline-sso-" + policy,
            "heartline.http-session=" + policy,
            "heartline.seats.line=none"))
        .addAsLibrary(probe);
  }

  /** For WildFly, where single sign-on is a setting of a security domain. */
  private static WebArchive inTheShopsDomain(WebArchive war) {
    return war.addAsWebInfResource(
        new StringAsset("<jboss-web><security-domain>shop</security-domain></jboss-web>"),
        "jboss-web.xml");
  }

  /** For WildFly, which knows a user only where one could log in in the same way. */
  private static WebArchive withTheSameLogin(WebArchive war) {
    return inTheShopsDomain(
        Container.WILDFLY ? war.setWebXML(new File("deploy/wildfly/web.xml")) : war);
  }

  /** A browser: keeps cookies for the shop and for everybody. */
  private static final class Browser {
    private final Deployed shop = new Deployed("shop");
    private final Map<String, String> cookies = new TreeMap<>();

    /** Logs in to the shop. */
    static Browser of(String user) throws IOException {
      Browser browser = new Browser();
      assertThat(browser.shop("page")).isEqualTo("log in");
      String form = "j_username=" + user + "&j_password=" + user;
      HttpResponse<String> answer =
          browser.send(HttpRequest.newBuilder(browser.shop.http("j_security_check"))
              .header("Content-Type", "application/x-www-form-urlencoded")
              .POST(HttpRequest.BodyPublishers.ofString(form)));
      assertThat(answer.statusCode()).as(answer.body()).isBetween(302, 303);
      assertThat(browser.shop("page")).isEqualTo(user);
      return browser;
    }

    String shop(String path) throws IOException {
      return send(HttpRequest.newBuilder(shop.http(path))).body();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
      if (!cookies.isEmpty()) {
        request.header(
            "Cookie",
            cookies.entrySet().stream()
                .map(cookie -> cookie.getKey() + '=' + cookie.getValue())
                .collect(Collectors.joining("; ")));
      }
      HttpResponse<String> answer = RunningWar.send(request.timeout(RunningWar.PATIENCE));
      for (String set : answer.headers().allValues("Set-Cookie")) {
        String[] cookie = set.substring(0, set.indexOf(';')).split("=", 2);
        cookies.put(cookie[0], cookie[1].replace("\"", ""));
      }
      return answer;
    }

    /** The login, as every application of the host sees it. */
    String login() {
      return SSO + '=' + cookies.get(SSO);
    }

    WebSocketRecorder page(Deployed war, String user) {
      return SingleSignOnIT.page(war, login(), user);
    }

    EventStream stream(Deployed war) throws IOException {
      return EventStream.open(war.http("events?channels=updates"), "Cookie", login());
    }
  }

  /** Opens a line that is said to be this user's. */
  private static WebSocketRecorder page(Deployed war, String cookie, String user) {
    WebSocketRecorder line = WebSocketRecorder.page(war.door("line"), "Cookie", cookie);
    line.send("{\"hello\":{}}");
    assertThat(Json.fields(line.object(), "user"))
        .isEqualTo(user.equals(NOBODY) ? List.of() : List.of(user));
    return line;
  }

  private static void assertLoggedOut(WebSocketRecorder page) {
    assertThat(page.object())
        .startsWith("{\"bye\":{\"code\":4503,")
        .contains("\"reconnect\":false");
    assertThat(page.closed()).isEqualTo(LOGGED_OUT);
  }

  /** Returns the session's cookie that an answer sets. */
  private static String session(String setCookie) {
    assertThat(setCookie).startsWith(SESSION + '=').contains("HttpOnly");
    return setCookie.substring(0, setCookie.indexOf(';'));
  }

  /** On WildFly the login outlives {@code HttpServletRequest.logout()}, in the shop too. */
  private static List<String> waysOut() {
    return Container.WILDFLY ? List.of("invalidate") : List.of("invalidate", "logout");
  }

  @ParameterizedTest
  @MethodSource("waysOut")
  void whoLogsOutOfTheShopHearsNothingMore(String how) throws IOException {
    Browser ann = Browser.of("ann");
    Browser bob = Browser.of("bob");
    WebSocketRecorder page = ann.page(war, "ann");
    WebSocketRecorder raw =
        WebSocketRecorder.listening(war.door("ws/user-channel"), "Cookie", ann.login());
    try (EventStream stream = ann.stream(war)) {
      assertThat(Json.field(stream.telling(), "user")).isEqualTo("ann");
      assertThat(stream.telling()).startsWith("{\"subscribed\":");
      WebSocketRecorder others = bob.page(war, "bob");
      assertThat(ann.shop("page?do=" + how)).isEqualTo("ann");
      assertLoggedOut(page);
      assertThat(raw.closed()).isEqualTo(STAY_AWAY);
      assertThat(stream.telling())
          .startsWith("{\"bye\":{\"code\":4503,")
          .contains("\"reconnect\":false");
      stream.assertEnds();
      others.assertPageLives();
      others.leave();
    }
    ann.page(war, NOBODY).leave();
  }

  /** The browser is given the session with the answer to the handshake. */
  @Test
  void theNextLineIsOpenedUnderTheSessionOfTheFirst() throws IOException {
    Browser ann = Browser.of("ann");
    String session;
    try (EventStream stream = ann.stream(war)) {
      assertThat(stream.telling()).startsWith("{\"welcome\":");
      session = session(stream.header("Set-Cookie"));
    }
    assertThat(handshake(session + "; " + ann.login())).doesNotContain("Set-Cookie");
    assertThat(handshake(ann.login())).contains("Set-Cookie: JSESSIONID=");
    WebSocketRecorder page = page(war, session + "; " + ann.login(), "ann");
    ann.shop("page?do=invalidate");
    assertLoggedOut(page);
    page(war, session + "; " + ann.login(), NOBODY).leave();
    assertThat(war.get("api/whoami", "Cookie", session).body()).contains("\"user\":null");
  }

  private String handshake(String cookie) throws IOException {
    URI door = war.door("updatewebsocket");
    try (RawSocketClient socket = RawSocketClient.connect(door)) {
      RawSocketClient.Answer answer = socket.handshake(door, "Cookie", cookie);
      assertThat(answer.status()).isEqualTo(101);
      return answer.head();
    }
  }

  /** As for a shop that was restarted: no container remembers a login over that. */
  @Test
  void aLoginThatNobodyRemembersIsNobodys() {
    page(war, SSO + "=0123456789", NOBODY).leave();
  }

  @Test
  void aSessionThatSomebodyHasPlantedLetsNobodyInAsItsVictim() throws IOException {
    Browser bob = Browser.of("bob");
    String planted;
    try (EventStream stream = bob.stream(war)) {
      assertThat(stream.telling()).startsWith("{\"welcome\":");
      planted = session(stream.header("Set-Cookie"));
    }
    Browser ann = Browser.of("ann");
    WebSocketRecorder page = page(war, planted + "; " + ann.login(), "ann");
    assertThat(war.get("api/whoami", "Cookie", planted).body()).contains("\"user\":null");
    page.assertPageLives();
    ann.shop("page?do=invalidate");
    assertLoggedOut(page);
  }

  @Test
  void extendKeepsALoginAsLongAsALineIsOpen() throws IOException {
    Browser ann = Browser.of("ann");
    WebSocketRecorder page = ann.page(extend, "ann");
    assertThat(ann.shop("page?do=leave")).isEqualTo("ann");
    for (int i = 0; i < 3 * ShortSessions.SECONDS; i++) {
      Contract.pause(1_000);
      page.assertPageLives();
    }
    ann.page(extend, "ann").leave();
    page.leave();
    Contract.eventually(
        "without lines and without the shop the login ends", () -> !isAnn(extend, ann));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bind", "detach"})
  void whereLinesKeepNoSessionTheyAreAskedToComeBackWhenTheirsTimesOut(String policy)
      throws IOException {
    Deployed war = policy.equals("bind") ? bind : detach;
    Browser ann = Browser.of("ann");
    WebSocketRecorder page = ann.page(war, "ann");
    assertThat(page.object()).startsWith("{\"bye\":{\"code\":4001,").contains("\"reconnect\":true");
    assertThat(page.closed()).isEqualTo(COME_BACK);
    page = ann.page(war, "ann"); // the login to the shop is still there
    assertThat(ann.shop("page?do=leave")).isEqualTo("ann");
    assertThat(page.object()).startsWith("{\"bye\":{\"code\":4001,");
    assertThat(page.closed()).isEqualTo(COME_BACK);
    Contract.eventually("the login ends with the shop's session", () -> !isAnn(war, ann));
    ann.page(war, NOBODY).leave();
  }

  @ParameterizedTest
  @ValueSource(strings = {"extend", "bind", "detach"})
  void loggingOutEndsLinesWhateverThePolicy(String policy) throws IOException {
    Deployed war = new Deployed("heartline-sso-" + policy);
    Browser ann = Browser.of("ann");
    WebSocketRecorder page = ann.page(war, "ann");
    ann.shop("page?do=invalidate");
    assertLoggedOut(page);
  }

  /** Asking this way opens no line, and so keeps nothing alive. */
  private static boolean isAnn(Deployed war, Browser ann) throws IOException {
    return war.get("api/whoami", "Cookie", ann.login()).body().contains("\"user\":\"ann\"");
  }
}
