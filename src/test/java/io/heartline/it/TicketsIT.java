package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.EventStream;
import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import io.heartline.testing.RunningWar.Guest;
import io.heartline.testing.WebSocketRecorder;
import io.heartline.testing.WebSocketRecorder.Closed;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One-time tickets, for clients that can send nothing but a URL. */
class TicketsIT {
  private static final Closed REFUSED =
      new Closed(4504, "credentials refused: the ticket was used, or is older than 30 s");

  @TempDir
  static Path folder;

  private static RunningWar war;

  /** Every ticket that was made, to look for in what was logged. */
  private static final List<String> MADE = new ArrayList<>();

  @BeforeAll
  static void start() throws IOException {
    Path logging = Files.writeString(
        folder.resolve("logging.properties"),
        "handlers=java.util.logging.ConsoleHandler\n"
            + "java.util.logging.ConsoleHandler.level=ALL\n"
            + "io.heartline.level=ALL\n");
    war = RunningWar.start(
        folder,
        "-Djava.util.logging.config.file=" + logging,
        "heartline.beat=1h",
        "heartline.seats.line=none",
        "heartline.auth=container,ticket",
        "heartline.api.scopes=publish,ticket");
  }

  @AfterAll
  static void stop() {
    war.close();
  }

  private static HttpResponse<String> ask(String body, String... headers) throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(war.http("api/ticket"))
        .timeout(RunningWar.PATIENCE)
        .POST(HttpRequest.BodyPublishers.ofString(body));
    return RunningWar.send(headers.length == 0 ? request : request.headers(headers));
  }

  private static String ticket(String body, String... headers) throws IOException {
    HttpResponse<String> answer = ask(body, headers);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).matches("\\{\"ticket\":\"[\\w-]{43}\",\"seconds\":30}");
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    String ticket = Json.field(answer.body(), "ticket");
    MADE.add(ticket);
    return ticket;
  }

  private static String ofTheServer(String body) throws IOException {
    return ticket(body, "Authorization", "Bearer " + war.key());
  }

  private static WebSocketRecorder page(String ticket) {
    WebSocketRecorder page = WebSocketRecorder.page(war.door("line?ticket=" + ticket));
    page.send("{\"hello\":{}}");
    return page;
  }

  @Test
  void aUserWhoIsKnownGetsOneForThemselves() throws IOException {
    Guest guest = war.guest();
    WebSocketRecorder page = page(ticket("", "Cookie", guest.cookie()));
    assertThat(Json.field(page.object(), "user")).isEqualTo(guest.user());
    page.leave();
    assertThat(ask("").statusCode()).isEqualTo(401);
    assertThat(ask("{\"user\":\"ann\"}").statusCode()).isEqualTo(401);
  }

  @Test
  void aServerGetsOneForWhomeverItNames() throws IOException {
    WebSocketRecorder raw = WebSocketRecorder.listening(
        war.door("ws/user-channel?ticket=" + ofTheServer("{\"user\":\"ann\"}")));
    war.publish("user:ann", "\"for ann\"");
    assertThat(raw.frame()).isEqualTo("for ann");
    raw.leave();
    try (EventStream stream = EventStream.open(
        war.http("events?channels=user:ann&ticket=" + ofTheServer("{\"user\":\"ann\"}")))) {
      assertThat(Json.field(stream.telling(), "user")).isEqualTo("ann");
      assertThat(stream.telling()).startsWith("{\"subscribed\":\"user:ann\"");
    }
    WebSocketRecorder sockJs = WebSocketRecorder.raw(
        war.door("sockjs/user-channel/a/b/websocket?ticket=" + ofTheServer("{\"user\":\"ann\"}")));
    assertThat(sockJs.frame()).isEqualTo("o");
    war.publish("user:ann", "1");
    assertThat(sockJs.frame()).isEqualTo("a[\"1\"]");
    sockJs.leave();
  }

  @Test
  void aTicketThatWasUsedIsRefused() throws IOException {
    String ticket = ofTheServer("{\"user\":\"ann\"}");
    WebSocketRecorder page = page(ticket);
    assertThat(Json.field(page.object(), "user")).isEqualTo("ann");
    WebSocketRecorder again = page(ticket);
    assertThat(again.object()).contains("\"code\":4504").contains("\"reconnect\":false");
    assertThat(again.closed()).isEqualTo(REFUSED);
    try (EventStream stream =
        EventStream.open(war.http("events?channels=updates&ticket=" + ticket))) {
      assertThat(stream.telling()).contains("\"code\":4504").contains("\"reconnect\":false");
    }
    page.assertPageLives();
    page.leave();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "0123456789012345678901234567890123456789012"})
  void whatIsNoTicketIsRefused(String ticket) {
    WebSocketRecorder page = page(ticket);
    assertThat(page.object()).contains("\"code\":4504");
    assertThat(page.closed()).isEqualTo(REFUSED);
  }

  @Test
  void ticketsOpenLinesAndNothingElse() throws IOException {
    String ticket = ofTheServer("{\"user\":\"ann\"}");
    assertThat(war.get("api/whoami?ticket=" + ticket).body()).contains("\"user\":null");
    assertThat(war.get("api/history?channel=user:ann&ticket=" + ticket).statusCode())
        .isEqualTo(403);
    HttpResponse<String> poll = RunningWar.send(
        HttpRequest.newBuilder(war.http("sockjs/user-channel/a/c/xhr?ticket=" + ticket))
            .POST(HttpRequest.BodyPublishers.noBody()));
    assertThat(poll.statusCode()).isEqualTo(400);
    assertThat(poll.body()).contains("a ticket is good for one request");
    assertThat(war.get("events?channels=updates&ticket=a&ticket=b").statusCode())
        .isEqualTo(400);
    page(ticket).leave();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      {}                             | user    | must be given
      {"user":null}                  | user    | must be given
      {"user":[]}                    | user    | must be a string or a number
      {"user":"ann","groups":[[]]}   | groups  | must be a list of strings
      {"user":"ann","expires":-1}    | expires | must be a time in seconds since 1970
      ann                            | body    | is not valid JSON
      """)
  void aBodyThatNamesNobodyIsToldWhy(String body, String field, String rule) throws IOException {
    HttpResponse<String> answer = ask(body, "Authorization", "Bearer " + war.key());
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Json.field(answer.body(), "field")).isEqualTo(field);
    assertThat(Json.field(answer.body(), "message")).startsWith(rule);
  }

  @Test
  void aPageOfAnotherOriginGetsNone() throws IOException {
    assertThat(ask("", "Cookie", war.guest().cookie(), "Origin", "https://evil.example")
            .statusCode())
        .isEqualTo(403);
  }

  @Test
  void nothingThatIsLoggedHoldsATicket() throws IOException {
    String used = ofTheServer("{\"user\":\"ann\"}");
    page(used).leave();
    page(used).closedAtLast();
    war.get("events?ticket=" + ofTheServer("{\"user\":\"ann\"}"));
    war.get("api/whoami?ticket=" + used);
    war.get("nowhere?ticket=" + used);
    assertThat(war.awaitOutput("the ticket was used")).doesNotContain(used);
    for (String ticket : MADE) {
      assertThat(war.output()).noneMatch(line -> line.contains(ticket));
    }
  }
}
