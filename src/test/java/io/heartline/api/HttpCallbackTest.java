package io.heartline.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Callback;
import io.heartline.engine.Callback.Answer;
import io.heartline.engine.CallbackLog;
import io.heartline.engine.Draft;
import io.heartline.engine.Timers;
import io.heartline.model.ChannelName;
import io.heartline.model.User;
import io.heartline.testing.AskedApplication;
import io.heartline.testing.AskedApplication.Asked;
import io.heartline.testing.FakeTime;
import io.heartline.testing.RecordingLog;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCallbackTest {
  private static final long PATIENCE = 30;
  private static final int MAX_ANSWER = 10_000;

  private final FakeTime time = new FakeTime();
  private final Timers timers = new Timers();
  private final RecordingLog log = new RecordingLog();
  private final CallbackLog callbackLog = new CallbackLog(time::nanos, log);
  private final ExecutorService threads = Executors.newFixedThreadPool(2);
  private AskedApplication application;
  private HttpCallback callback;
  private RemoteCalls calling;

  @BeforeEach
  void start() {
    application = new AskedApplication();
    callback = callback("secret-key", 2);
  }

  private HttpCallback callback(String key, int calls) {
    calling =
        new RemoteCalls(Duration.ofSeconds(5), calls, MAX_ANSWER, threads, timers, time::nanos);
    return new HttpCallback(calling, key, callbackLog);
  }

  @AfterEach
  void stop() {
    calling.close();
    application.close();
    threads.shutdownNow();
  }

  private Callback.Sent sent(String data) {
    URI to = application.url("/stomp");
    return new Callback.Sent(to, "/app/a\"b", "n-1", new User("ann"), Map.of("room", "7"), data);
  }

  private CompletableFuture<Answer> ask() {
    return callback.call(sent("{\"x\":1}")).toCompletableFuture();
  }

  private static Answer of(CompletableFuture<Answer> answer) throws Exception {
    return answer.get(PATIENCE, TimeUnit.SECONDS);
  }

  @Test
  void theApplicationIsToldWhatWasSentAndByWhom() throws Exception {
    assertThat(of(ask())).isEqualTo(new Answer.Taken(List.of()));
    assertThat(application.asked())
        .isEqualTo(new Asked(
            "POST",
            "/stomp",
            "Bearer secret-key",
            "{\"destination\":\"/app/a\\\"b\",\"line\":\"n-1\",\"user\":\"ann\","
                + "\"headers\":{\"room\":\"7\"},\"data\":{\"x\":1}}"));
    assertThat(log.said).isEmpty();
  }

  @Test
  void withoutAKeyNoneIsSent() throws Exception {
    callback = callback(null, 1);
    of(ask());
    assertThat(application.asked().authorization()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"channel\":\"public\",\"data\":1,\"id\":\"i\"}",
        "{\"messages\":[{\"channel\":\"public\",\"data\":1,\"id\":\"i\"}]}",
      })
  void anAnswerMayBeWhatIsToBePublished(String body) throws Exception {
    application.answers(200, body);
    assertThat(of(ask()))
        .isEqualTo(new Answer.Taken(List.of(new Draft(new ChannelName("public"), "1", "i"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "ok",
        "{\"chanel\":\"a\"}",
        "{\"messages\":[{\"channel\":\"public\",\"data\":1},{\"channel\":\"public\"}]}",
      })
  void anAnswerThatCannotBePublishedAsAWholeIsNoneAtAll(String body) throws Exception {
    application.answers(200, body);
    assertThat(of(ask())).isInstanceOf(Answer.Unavailable.class);
    assertThat(log.next()).singleElement().asString().contains("its answer's");
  }

  @ParameterizedTest
  @CsvSource({"400, true", "403, true", "429, true", "500, false", "503, false", "302, false"})
  void aStatusSaysWhetherItIsNotWantedOrCannotBeTaken(int status, boolean refused)
      throws Exception {
    application.answers(status, "");
    String why = "status " + status;
    assertThat(of(ask()))
        .isEqualTo(refused ? new Answer.Refused(why) : new Answer.Unavailable(why));
    application.asked();
    application.assertAskedNothing(); // no redirect is followed
    assertThat(log.next()).singleElement().asString().contains("/stomp: " + why);
  }

  @Test
  void anAnswerThatIsTooLargeIsNotRead() throws Exception {
    application.answers(200, "x".repeat(MAX_ANSWER + 1));
    assertThat(of(ask())).isInstanceOf(Answer.Unavailable.class);
    assertThat(log.next()).singleElement().asString().contains("at most 10000 bytes");
  }

  @Test
  void anAnswerThatDoesNotComeInTimeIsNoLongerWaitedFor() throws Exception {
    application.hold();
    CompletableFuture<Answer> answer = ask();
    application.asked();
    time.advance(Duration.ofSeconds(4));
    timers.poll(time.nanos());
    assertThat(answer).isNotDone();
    time.advance(Duration.ofSeconds(1));
    timers.poll(time.nanos());
    assertThat(answer).isCompletedWithValue(new Answer.Unavailable("no answer within 5000 ms"));
    application.release();
    assertThat(of(ask())).as("its place is free again").isInstanceOf(Answer.Taken.class);
  }

  @Test
  void whoIsNotThereCannotBeAsked() throws Exception {
    application.close();
    assertThat(of(ask())).isEqualTo(new Answer.Unavailable("the call failed"));
    assertThat(log.next()).singleElement().asString().contains("ConnectException");
  }

  @Test
  void oneLineAMinuteTellsOfOneFault() throws Exception {
    application.answers(500, "");
    for (int i = 0; i < 5; i++) {
      of(ask());
    }
    assertThat(log.next()).hasSize(1);
    time.advance(Duration.ofMinutes(1));
    callbackLog.tend();
    assertThat(log.next()).singleElement().asString().contains("again within a minute, times 4: ");
  }

  @Test
  void callsWaitForThoseUnderWayAndNotMoreThanSome() throws Exception {
    application.hold();
    List<CompletableFuture<Answer>> answers = new ArrayList<>();
    for (int i = 0; i < 2 + RemoteCalls.MAX_WAITING; i++) {
      answers.add(ask());
    }
    assertThat(of(ask())).isEqualTo(new Answer.Unavailable("too many calls are under way"));
    assertThat(answers).noneMatch(CompletableFuture::isDone);
    application.asked();
    application.asked();
    application.assertAskedNothing(); // others wait
    application.release();
    for (CompletableFuture<Answer> answer : answers) {
      assertThat(of(answer)).isInstanceOf(Answer.Taken.class);
    }
  }

  @Test
  void atTheEndAllCallsAreGivenUpAndNothingOfThemStays() throws Exception {
    application.hold();
    CompletableFuture<Answer> underWay = ask();
    application.asked();
    calling.close();
    assertThat(of(underWay)).isEqualTo(new Answer.Unavailable("the server stops"));
    assertThat(of(ask())).isEqualTo(new Answer.Unavailable("the server stops"));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
    while (clients() > 0
        && System.nanoTime() - deadline < 0) { // they end once nobody refers to them
      System.gc();
      Thread.sleep(50);
    }
    assertThat(clients()).as("threads of HTTP clients").isZero();
  }

  private static long clients() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("HttpClient-\\d+-SelectorManager"))
        .count();
  }
}
