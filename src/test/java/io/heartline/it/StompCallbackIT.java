package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.AskedApplication;
import io.heartline.testing.AskedApplication.Asked;
import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import io.heartline.testing.RunningWar.Guest;
import io.heartline.testing.StompRecorder;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packed WAR asks an application what becomes of what clients of STOMP send. */
class StompCallbackIT {
  private static final String KEY = "between-us-two";
  private static final String CHAT = "public:chat";

  @TempDir
  static Path folder;

  private static AskedApplication application;
  private static RunningWar war;

  @BeforeAll
  static void start() throws IOException {
    application = new AskedApplication();
    war = RunningWar.start(
        folder,
        "heartline.stomp.send=/app/plain=" + CHAT + ",/app/*=" + application.url("/stomp"),
        "heartline.stomp.callback.key=" + KEY,
        "heartline.stomp.callback.timeout=1s");
  }

  @AfterEach
  void answersAgain() {
    application.release();
    application.answers(200, "");
    application.assertAskedNothing();
  }

  @AfterAll
  static void stop() {
    war.close();
    application.close();
    assertThat(war.output()).noneMatch(line -> line.startsWith("\tat ") || line.contains(KEY));
  }

  private static StompRecorder line(String... headers) {
    return StompRecorder.connected(war.door("stomp"), headers);
  }

  private static String published(String data) {
    return "{\"channel\":\"" + CHAT + "\",\"data\":\"" + data + "\"}";
  }

  /** Returns the newest publication in the chat. */
  private static String newest() throws IOException {
    return Json.fields(war.get("api/history?channel=" + CHAT + "&last=1").body(), "data")
        .get(0);
  }

  @Test
  void theApplicationIsToldWhatAUserSentAndWhatItAnswersIsPublishedBeforeTheReceipt()
      throws IOException {
    Guest ann = war.guest();
    WebSocketRecorder user =
        WebSocketRecorder.listening(war.door("ws/user-channel"), "Cookie", ann.cookie());
    StompRecorder line = line("Cookie", ann.cookie());
    line.send("SUBSCRIBE\nid:1\ndestination:/topic/" + CHAT + "\nreceipt:r\n\n");
    line.assertReceipt();
    application.answers(
        200,
        "{\"messages\":[" + published("你好") + ",{\"user\":\"" + ann.user()
            + "\",\"data\":\"thanks\"}]}");

    line.send("SEND\ndestination:/app/chat.addUser\nroom:7\nreceipt:r\n\n{\"sender\": \"Ann\"}");
    Asked asked = application.asked();
    assertThat(asked.method() + ' ' + asked.path()).isEqualTo("POST /stomp");
    assertThat(asked.authorization()).isEqualTo("Bearer " + KEY);
    assertThat(asked.body())
        .startsWith("{\"destination\":\"/app/chat.addUser\",\"line\":\"")
        .endsWith("\",\"user\":\"" + ann.user() + "\",\"headers\":{\"room\":\"7\"},"
            + "\"data\":{\"sender\":\"Ann\"}}");
    // The receipt says that it is published; a line is told of its own channels' news when it may.
    String first = line.frame();
    String second = line.frame();
    assertThat(new String[] {first, second})
        .anyMatch("RECEIPT\nreceipt-id:r\n\n"::equals)
        .anyMatch(frame -> frame.startsWith("MESSAGE\n") && frame.endsWith("\n\n你好"));
    assertThat(newest()).isEqualTo("你好");
    assertThat(user.frame()).isEqualTo("thanks");
    user.leave();
  }

  @Test
  void nobodyWeKnowHasNoNameAndTextIsAString() {
    StompRecorder line = line();
    line.sendTo("/app/greet", "hello, \"all\"");
    line.assertReceipt();
    assertThat(application.asked().body())
        .doesNotContain("\"user\"")
        .endsWith(",\"headers\":{},\"data\":\"hello, \\\"all\\\"\"}");
  }

  @Test
  void whatTheApplicationDoesNotWantIsAnErrorForAClientThatAsksForAReceipt() {
    application.answers(403, published("not taken"));
    StompRecorder line = line();
    line.sendTo("/app/greet", "1");
    line.assertRefused("forbidden", "the application does not take it: status 403");
    application.asked();
  }

  @Test
  void withoutAReceiptItIsDroppedAndTheLineLivesOn() {
    application.answers(500, "");
    StompRecorder line = line();
    line.send("SEND\ndestination:/app/greet\n\n1");
    application.asked();
    line.sendTo("/app/plain", "after all");
    line.assertReceipt();
    war.awaitOutput("the application did not take what a client sent, at "
        + application.url("/stomp") + ": status 500");
  }

  @Test
  void anAnswerThatCannotBePublishedAsAWholeIsPublishedInNoPart() throws IOException {
    war.publish(CHAT, "\"before\"");
    application.answers(200, "{\"messages\":[" + published("half") + ",{\"channel\":\"x y\"}]}");
    StompRecorder line = line();
    line.sendTo("/app/greet", "1");
    line.assertRefused("unavailable", "it cannot be taken now: its answer could not be read");
    application.asked();
    assertThat(newest()).isEqualTo("before");
  }

  @Test
  void anApplicationThatTakesTooLongIsNotWaitedFor() {
    application.hold();
    StompRecorder line = line();
    line.sendTo("/app/greet", "1");
    application.asked();
    line.assertRefused("unavailable", "it cannot be taken now: no answer within 1000 ms");
  }

  @Test
  void theNextFrameWaitsForTheAnswerAndOtherLinesDoNot() throws IOException {
    war.publish(CHAT, "\"before\"");
    application.hold();
    StompRecorder line = line();
    line.send("SEND\ndestination:/app/greet\n\n1");
    line.sendTo("/app/plain", "second");
    application.asked();
    StompRecorder other = line();
    other.sendTo("/app/plain", "of another");
    other.assertReceipt();
    assertThat(newest()).isEqualTo("of another");
    application.release();
    line.assertReceipt();
    assertThat(newest()).isEqualTo("second");
  }

  @Test
  void anApplicationThatIsDownIsAskedAgainOnceItIsBack() throws IOException {
    int port = application.port();
    application.close();
    StompRecorder line = line();
    line.sendTo("/app/greet", "1");
    line.assertRefused("unavailable", "it cannot be taken now: the call failed");
    war.awaitOutput("java.net.ConnectException");
    application = new AskedApplication(port);
    StompRecorder next = line();
    next.sendTo("/app/greet", "2");
    next.assertReceipt();
    assertThat(application.asked().body()).endsWith(",\"data\":2}");
  }
}
