package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import io.heartline.testing.RunningWar.Guest;
import io.heartline.testing.WebSocketRecorder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP interface. */
class PublishIT {
  private static final int MAX_BODY = 256 * 1024;

  @TempDir
  static Path folder;

  private static RunningWar war;

  /** Reads {@code updates}: what was refused must not arrive here. */
  private WebSocketRecorder bystander;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(folder);
  }

  @AfterAll
  static void stop() {
    war.close();
  }

  @BeforeEach
  void listen() {
    bystander = WebSocketRecorder.raw(war.door("updatewebsocket"));
    bystander.assertRawLives();
  }

  @AfterEach
  void nothingElseWasPublished() {
    bystander.assertRawLives();
    bystander.leave();
  }

  private static HttpResponse<String> post(BodyPublisher body) throws IOException {
    return RunningWar.send(war.publishRequest().POST(body));
  }

  private static void assertError(
      HttpResponse<String> answer, int status, String field, String message) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/json");
    assertThat(answer.body())
        .startsWith(
            "{\"error\":{\"status\":" + status + ",\"field\":\"" + field + "\",\"message\":\"")
        .contains(message)
        .endsWith("\"}}");
  }

  @Test
  void aPublicationToAChannelIsAnsweredWithItsPosition() throws IOException {
    HttpResponse<String> answer = war.publish("{\"channel\":\"public:one\",\"data\":1}");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/json");
    String epoch = Json.field(answer.body(), "epoch");
    String position = Json.field(answer.body(), "position");
    assertThat(position).startsWith(epoch + ":1:");
    assertThat(answer.body())
        .isEqualTo("{\"results\":[{\"channel\":\"public:one\",\"epoch\":\"" + epoch
            + "\",\"offset\":1,\"position\":\"" + position + "\"}]}");
  }

  @Test
  void aPublicationToSeveralChannelsHasOnePositionEachInTheirOrder() throws IOException {
    war.publish("public:several-b", "0");
    HttpResponse<String> answer = war.publish(
        "{\"data\":{\"n\":1},\"channels\":[\"public:several-b\",\"public:several-a\"]}");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(Json.fields(answer.body(), "channel"))
        .containsExactly("public:several-b", "public:several-a");
    assertThat(Json.fields(answer.body(), "offset")).containsExactly("2", "1");
  }

  @Test
  void publicationsToUsersReachThoseUsers() throws IOException {
    Guest ann = war.guest();
    Guest bob = war.guest();
    assertThat(ann.user()).isNotEqualTo(bob.user());
    WebSocketRecorder anns =
        WebSocketRecorder.listening(war.door("ws/user-channel"), "Cookie", ann.cookie());
    WebSocketRecorder bobs =
        WebSocketRecorder.listening(war.door("ws/user-channel"), "Cookie", bob.cookie());
    HttpResponse<String> one =
        war.publish("{\"user\":\"" + ann.user() + "\",\"data\":\"only ann\"}");
    assertThat(Json.fields(one.body(), "channel")).containsExactly("user:" + ann.user());
    HttpResponse<String> both = war.publish(
        "{\"users\":[\"" + ann.user() + "\",\"" + bob.user() + "\"],\"data\":\"both\"}");
    assertThat(Json.fields(both.body(), "channel"))
        .containsExactly("user:" + ann.user(), "user:" + bob.user());
    assertThat(anns.frame()).isEqualTo("only ann");
    assertThat(anns.frame()).isEqualTo("both");
    assertThat(bobs.frame()).isEqualTo("both");
    anns.assertRawLives();
    bobs.assertRawLives();
  }

  @Test
  void anIdThatNoChannelNameMayHoldIsWrittenSoThatNoTwoUsersShareAChannel() throws IOException {
    assertThat(
            Json.field(war.publish("{\"user\":\"ann@example.com\",\"data\":1}").body(), "channel"))
        .isEqualTo("user:ann#40example.com");
    assertThat(Json.field(
            war.publish("{\"user\":\"ann#40example.com\",\"data\":1}").body(), "channel"))
        .isEqualTo("user:ann#2340example.com");
  }

  @Test
  void theDemoGivesABrowserASignedCookieThatScriptsCannotRead() throws IOException {
    assertThat(war.get("demo/").body()).contains("<script src=\"../guest.js\" defer></script>");
    HttpResponse<String> script = war.get("guest.js");
    assertThat(script.statusCode()).isEqualTo(200);
    assertThat(script.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(script.headers().firstValue("Set-Cookie").orElseThrow())
        .matches("heartline-user=\\S+\\.\\S+; HttpOnly; SameSite=Lax");
    String cookie = script.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
    assertThat(war.get("guest.js", "Cookie", cookie).headers().firstValue("Set-Cookie"))
        .isEmpty();
  }

  @Test
  void aForgedCookieIsNobody() throws IOException {
    String cookie = war.guest().cookie();
    int last = cookie.length() - 2; // the very last character may be one of a few only
    String forged = cookie.substring(0, last) + (cookie.charAt(last) == 'A' ? "BA" : "AA");
    assertThat(war.get("api/whoami", "Cookie", forged).body())
        .isEqualTo("{\"user\":null,\"channel\":null}");
  }

  @Test
  void whoamiSaysWhoAsks() throws IOException {
    Guest ann = war.guest();
    assertThat(war.get("api/whoami", "Cookie", ann.cookie()).body())
        .isEqualTo("{\"user\":\"" + ann.user() + "\",\"channel\":\"user:" + ann.user() + "\"}");
    HttpResponse<String> nobody = war.get("api/whoami");
    assertThat(nobody.statusCode()).isEqualTo(200);
    assertThat(nobody.body()).isEqualTo("{\"user\":null,\"channel\":null}");
    assertThat(nobody.headers().firstValue("Cache-Control")).hasValue("no-store");
  }

  @Test
  void healthIsSaidAndOtherQuestionsAreNotFound() throws IOException {
    assertThat(war.get("health/live").body()).isEqualTo("{\"live\":true}");
    assertThat(war.get("health/ready").body()).isEqualTo("{\"ready\":true,\"publishing\":true}");
    assertThat(war.get("health/ready").statusCode()).isEqualTo(200);
    assertThat(war.get("health/else").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Bearer wrong", "Bearer ", "Basic %s", "%s", "Bearer %sx"})
  void withoutTheKeyNothingIsPublished(String authorization) throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(war.http("api/publish"))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString("{\"channel\":\"updates\",\"data\":1}"));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization.formatted(war.key()));
    }
    HttpResponse<String> answer = RunningWar.send(request);
    assertError(answer, 401, "Authorization", "must be Bearer and one of the keys");
    assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"key", "token", "access_token", "api_key", "authorization"})
  void aKeyInTheQueryIsNoKey(String parameter) throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(
            war.http("api/publish?" + parameter + "=" + war.key()))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString("{\"channel\":\"updates\",\"data\":1}"));
    assertThat(RunningWar.send(request).statusCode()).isEqualTo(401);
  }

  @Test
  void eachOfTheGivenKeysPublishesAndNoneIsMade(@TempDir Path other) throws IOException {
    try (RunningWar given =
        RunningWar.start(other, "heartline.api.keys=the-1st-key, the-2nd-key")) {
      for (String key : List.of("the-1st-key", "the-2nd-key")) {
        HttpRequest.Builder request = HttpRequest.newBuilder(given.http("api/publish"))
            .header("Content-Type", "application/json; charset=utf-8")
            .header("Authorization", "bearer " + key)
            .POST(BodyPublishers.ofString("{\"channel\":\"updates\",\"data\":1}"));
        assertThat(RunningWar.send(request).statusCode()).isEqualTo(200);
      }
      assertThat(given.data().resolve("api.key")).doesNotExist();
      assertThat(String.join("\n", given.output()))
          .doesNotContain("the-1st-key")
          .doesNotContain("the-2nd-key");
    }
  }

  static List<Arguments> badBodies() {
    return List.of(
        arguments("{\"channel\":\"updates\"}", "data", "must be given"),
        arguments("{\"data\":1}", "channel", "must be given, or one of channels, user, users"),
        arguments("{}", "channel", "must be given"),
        arguments(
            "{\"channel\":\"updates\",\"user\":\"ann\",\"data\":1}",
            "user",
            "must be the only one of channel, channels, user, users"),
        arguments("{\"channel\":\"updates\",\"dta\":1,\"data\":1}", "dta", "is not known"),
        arguments("{\"channel\":\"a b\",\"data\":1}", "channel", "may contain A-Z a-z 0-9"),
        arguments("{\"channel\":\"\",\"data\":1}", "channel", "must have 1 to 255 characters: 0"),
        arguments(
            "{\"channel\":\"" + "a".repeat(256) + "\",\"data\":1}",
            "channel",
            "must have 1 to 255 characters: 256"),
        arguments("{\"channel\":7,\"data\":1}", "channel", "must be a string"),
        arguments("{\"channel\":null,\"data\":1}", "channel", "must be a string"),
        arguments("{\"channel\":[\"updates\"],\"data\":1}", "channel", "must be a string"),
        arguments("{\"channels\":\"updates\",\"data\":1}", "channels", "must be an array"),
        arguments("{\"channels\":[],\"data\":1}", "channels", "must name 1 to 1000 targets: 0"),
        arguments("{\"channels\":[\"updates\",\"a b\"],\"data\":1}", "channels[1]", "may contain"),
        arguments("{\"channels\":[\"updates\",[]],\"data\":1}", "channels[1]", "must be a string"),
        arguments("{\"user\":\"\",\"data\":1}", "user", "must have 1 to 128 characters: 0"),
        arguments("{\"user\":\"a\\u0000b\",\"data\":1}", "user", "must not contain control"),
        arguments("{\"users\":[\"ann\",\"\"],\"data\":1}", "users[1]", "must have 1 to 128"),
        arguments("", "body", "must be a JSON object"),
        arguments("hello", "body", "not valid JSON"),
        arguments("[1]", "body", "must be a JSON object"),
        arguments("\"updates\"", "body", "must be a JSON object"),
        arguments("{\"channel\":\"updates\",\"data\":1", "body", "not valid JSON"),
        arguments("{\"channel\":\"updates\",\"data\":1,}", "body", "not valid JSON"),
        arguments("{'channel':'updates','data':1}", "body", "not valid JSON"),
        arguments("{\"channel\":\"updates\",\"data\":NaN}", "body", "not valid JSON"),
        arguments("{\"channel\":\"updates\",\"data\":01}", "body", "not valid JSON"),
        arguments("{\"channel\":\"updates\",\"data\":\"a\nb\"}", "body", "not valid JSON"),
        arguments("{\"channel\":\"updates\",\"data\":1} x", "body", "not valid JSON"),
        arguments("{\"channel\":\"updates\",\"data\":1}{}", "body", "must be one JSON object"),
        arguments("{\"channel\":\"updates\",\"data\":1,\"data\":2}", "body", "Duplicate"),
        arguments("{\"channel\":\"updates\",\"data\":{\"a\":1,\"a\":2}}", "body", "Duplicate"),
        arguments(
            "{\"channel\":\"updates\",\"data\":" + "[".repeat(200) + "]".repeat(200) + "}",
            "body",
            "nesting depth"),
        arguments(
            "{\"channel\":\"updates\",\"data\":" + "1".repeat(2_000) + "}", "body", "length"));
  }

  @ParameterizedTest
  @MethodSource("badBodies")
  void aWrongBodyIsAnswered400NamingTheFieldAndTheRule(String body, String field, String rule)
      throws IOException {
    assertError(war.publish(body), 400, field, rule);
  }

  @Test
  void aBodyThatIsNoUtf8IsAnswered400() throws IOException {
    byte[] body =
        "{\"channel\":\"updates\",\"data\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
    assertError(post(BodyPublishers.ofByteArray(body)), 400, "body", "must be UTF-8");
  }

  @Test
  void moreThanAThousandTargetsAreAnswered400() throws IOException {
    String channels = "\"updates\",".repeat(1_000) + "\"updates\"";
    assertError(
        war.publish("{\"channels\":[" + channels + "],\"data\":1}"),
        400,
        "channels",
        "must name 1 to 1000 targets: 1001");
  }

  private static byte[] body(int bytes) {
    String start = "{\"channel\":\"public:big\",\"data\":\"";
    return (start + "x".repeat(bytes - start.length() - 2) + "\"}")
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aBodyOfTheGreatestSizeIsTaken() throws IOException {
    assertThat(post(BodyPublishers.ofByteArray(body(MAX_BODY))).statusCode()).isEqualTo(200);
  }

  @Test
  void aBodyThatIsTooLargeIsAnswered413() throws IOException {
    assertError(
        post(BodyPublishers.ofByteArray(body(MAX_BODY + 1))),
        413,
        "body",
        "must have at most " + MAX_BODY + " bytes");
  }

  @Test
  void aBodyThatIsTooLargeWithoutSayingSoIsAnswered413() throws IOException {
    BodyPublisher chunked =
        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body(MAX_BODY + 1)));
    assertError(post(chunked), 413, "body", "must have at most " + MAX_BODY + " bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", ""})
  void anotherContentTypeIsAnswered415(String type) throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(war.http("api/publish"))
        .header("Authorization", "Bearer " + war.key())
        .POST(BodyPublishers.ofString("{\"channel\":\"updates\",\"data\":1}"));
    if (!type.isEmpty()) {
      request.header("Content-Type", type);
    }
    assertError(RunningWar.send(request), 415, "Content-Type", "must be application/json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Encoding: gzip",
        "Content-Encoding: identity, br",
        "Content-Type: application/json;charset=ISO-8859-1",
        "Content-Type: application/json;charset=nonsense",
        "Content-Type: text/plain;charset=UTF-8",
      })
  void aBodyThatIsNotReadAsItIsWrittenIsAnswered415AndNamesTheHeader(String header)
      throws IOException {
    String name = header.substring(0, header.indexOf(':'));
    HttpRequest.Builder request = war.publishRequest()
        .setHeader(name, header.substring(name.length() + 2))
        .POST(BodyPublishers.ofString("{\"channel\":\"updates\",\"data\":1}"));
    assertError(RunningWar.send(request), 415, name, "must ");
  }

  @Test
  void anIdenticalEncodingAndAByteOrderMarkAreRead() throws IOException {
    HttpRequest.Builder request = war.publishRequest()
        .setHeader("Content-Type", "application/json; charset=\"utf-8\"")
        .setHeader("Content-Encoding", "identity")
        .POST(BodyPublishers.ofString("\uFEFF{\"channel\":\"updates\",\"data\":\"marked\"}"));
    assertThat(RunningWar.send(request).statusCode()).isEqualTo(200);
    assertThat(bystander.frame()).isEqualTo("marked");
    assertThat(war.publish("\uFEFF{\"messages\":[{\"channel\":\"public:a\",\"data\":1}]}")
            .body())
        .startsWith("{\"results\":[{\"results\":");
  }

  @Test
  void aHeaderThatMayBeGivenOnceIsRefusedTwice() throws IOException {
    assertError(
        RunningWar.send(war.publishRequest()
            .header("Authorization", "Bearer other")
            .POST(BodyPublishers.ofString("{\"channel\":\"updates\",\"data\":1}"))),
        400,
        "Authorization",
        "must be given once: 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE"})
  void anotherMethodIsAnswered405(String method) throws IOException {
    HttpRequest.Builder request = war.publishRequest()
        .method(
            method, method.equals("PUT") ? BodyPublishers.ofString("{}") : BodyPublishers.noBody());
    assertThat(RunningWar.send(request).statusCode()).isEqualTo(405);
  }

  @Test
  void guestsOfTheDemoPublishToTheDemoOnly() throws IOException {
    Guest ann = war.guest();
    WebSocketRecorder line =
        WebSocketRecorder.listening(war.door("ws/user-channel"), "Cookie", ann.cookie());
    assertThat(demoPublish("{\"user\":\"" + ann.user() + "\",\"data\":\"hi\"}", ann)
            .statusCode())
        .isEqualTo(200);
    assertThat(line.frame()).isEqualTo("hi");
    assertThat(demoPublish("{\"channel\":\"public:demo\",\"data\":1}", ann).statusCode())
        .isEqualTo(200);
    assertThat(demoPublish("{\"channel\":\"updates\",\"data\":1}", ann).statusCode())
        .isEqualTo(403);
    assertThat(demoPublish(
                "{\"channel\":\"public:demo\",\"data\":1}", new Guest("heartline-user=a.b", "a"))
            .statusCode())
        .isEqualTo(403);
    line.assertRawLives();
  }

  @Test
  void whatCannotBeTakenNowIsAnswered503WithATimeToTryAgain(@TempDir Path other)
      throws IOException {
    try (RunningWar full = RunningWar.start(other, "heartline.channels=1")) {
      full.publish("updates", "1");
      WebSocketRecorder reader = WebSocketRecorder.raw(full.door("updatewebsocket"));
      reader.assertRawLives();
      for (HttpResponse<String> answer : List.of(
          full.publish("{\"channel\":\"orders\",\"data\":1}"),
          demoPublish(full, "{\"channel\":\"public:demo\",\"data\":1}", full.guest()))) {
        assertError(answer, 503, "body", "cannot be taken now: all 1 channels are in use");
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
      }
      full.publish("updates", "2");
      assertThat(reader.frame()).isEqualTo("2");
    }
  }

  private static HttpResponse<String> demoPublish(String body, Guest guest) throws IOException {
    return demoPublish(war, body, guest);
  }

  private static HttpResponse<String> demoPublish(RunningWar war, String body, Guest guest)
      throws IOException {
    return RunningWar.send(HttpRequest.newBuilder(war.http("demo/publish"))
        .header("Content-Type", "application/json")
        .header("Cookie", guest.cookie())
        .POST(BodyPublishers.ofString(body)));
  }
}
