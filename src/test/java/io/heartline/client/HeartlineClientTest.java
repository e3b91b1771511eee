package io.heartline.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.client.PublishServer.Call;
import io.heartline.client.PublishServer.Scripted;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against a server that answers as it is told. */
class HeartlineClientTest {
  private static final int PATIENCE_SECONDS = 30;

  private PublishServer server;

  /** Released at the end, so that no server's thread waits on. */
  private final List<CountDownLatch> latches = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    server = new PublishServer();
  }

  @AfterEach
  void stop() {
    latches.forEach(CountDownLatch::countDown);
    server.close();
  }

  private static <T> T in(CompletableFuture<T> future) throws Exception {
    return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static HeartlineException failure(CompletableFuture<?> future) throws Exception {
    try {
      in(future);
    } catch (ExecutionException e) {
      return (HeartlineException) e.getCause();
    }
    throw new AssertionError("it did not fail");
  }

  private static Message number(int data) {
    return Message.toChannel("c", Integer.toString(data));
  }

  /** An answer that comes when the latch is open. */
  private Scripted held(CountDownLatch latch) {
    latches.add(latch);
    return new Scripted(200, Map.of(), call -> {
      try {
        latch.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return call.published();
    });
  }

  private static Scripted status(int status) {
    return Scripted.status(status, "");
  }

  @Test
  void aMessageIsPublishedAndItsPlacesAreTold() throws Exception {
    try (HeartlineClient client = server.client().build()) {
      List<Published> places =
          in(client.publish(Message.toUser("ann \"1\" 张", "{\"a\": [1]}").withId("my-id")));
      assertThat(places).containsExactly(new Published("c", "e", 7, "my-id"));
      Call call = server.next();
      assertThat(call.path()).isEqualTo("/heartline/api/publish");
      assertThat(call.authorization()).isEqualTo("Bearer the-key");
      assertThat(call.body())
          .isEqualTo("{\"messages\":[{\"user\":\"ann \\\"1\\\" 张\",\"data\":{\"a\": [1]},"
              + "\"id\":\"my-id\"}]}");
    }
  }

  @Test
  void channelsAndUsersAreNamed() throws Exception {
    try (HeartlineClient client = server.client().build()) {
      in(client.publishAll(List.of(
          Message.toChannels(List.of("a", "b"), "1").withId("x"),
          Message.toUsers(List.of("ann"), "2").withId("y"))));
      String all = server.next().body() + (server.more() > 0 ? server.next().body() : "");
      assertThat(all)
          .contains("{\"channels\":[\"a\",\"b\"],\"data\":1,\"id\":\"x\"}")
          .contains("{\"users\":[\"ann\"],\"data\":2,\"id\":\"y\"}");
    }
  }

  @Test
  void whatComesWhileACallIsUnderWayGoesTogetherInTheNextInItsOrder() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    server.answers(held(first));
    try (HeartlineClient client = server.client().build()) {
      client.publish(number(0));
      server.next();
      List<CompletableFuture<List<Published>>> rest = new ArrayList<>();
      for (int i = 1; i <= 1500; i++) {
        rest.add(client.publish(number(i)));
      }
      first.countDown();
      for (CompletableFuture<List<Published>> one : rest) {
        in(one);
      }
      Call second = server.next();
      Call third = server.next();
      assertThat(second.data()).hasSize(1000).startsWith("1", "2").endsWith("1000");
      assertThat(third.data()).hasSize(500).startsWith("1001").endsWith("1500");
      assertThat(server.more()).isZero();
    }
  }

  @Test
  void aCallIsNoLargerThanTheServerTakes() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    server.answers(held(first));
    String half = '"' + "x".repeat(600) + '"';
    try (HeartlineClient client = server.client().bodyBytes(1024).build()) {
      client.publish(number(0));
      server.next();
      CompletableFuture<?> all = client.publishAll(
          List.of(Message.toChannel("c", half), Message.toChannel("c", half), number(1)));
      first.countDown();
      in(all);
      assertThat(server.next().ids()).hasSize(1);
      assertThat(server.next().ids()).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 408, 429, 500, 502, 503, 504})
  void whatWasNotTakenIsSentAgainWithTheSameIds(int status) throws Exception {
    server.answers(status(status), status(status));
    try (HeartlineClient client = server.client().build()) {
      in(client.publish(number(1)));
      List<String> ids = server.next().ids();
      assertThat(ids).hasSize(1);
      assertThat(ids.get(0)).matches("[!-~]{10,128}");
      assertThat(server.next().ids()).isEqualTo(ids);
      assertThat(server.next().ids()).isEqualTo(ids);
    }
  }

  @Test
  void anAnswerThatDoesNotComeInTimeIsAskedForAgain() throws Exception {
    server.answers(held(new CountDownLatch(1)));
    try (HeartlineClient client =
        server.client().timeout(Duration.ofMillis(200)).build()) {
      in(client.publish(number(1)));
      assertThat(server.next().ids()).isEqualTo(server.next().ids());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>",
        "{",
        "{}",
        "[]",
        "{\"results\":[]}",
        "{\"results\":7}",
        "{\"results\":[{\"results\":[]},{\"results\":[]}]}"
      })
  void anAnswerThatSaysNothingIsAskedForAgain(String body) throws Exception {
    server.answers(Scripted.status(200, body));
    try (HeartlineClient client = server.client().build()) {
      in(client.publish(number(1)));
      assertThat(server.next().ids()).isEqualTo(server.next().ids());
    }
  }

  @Test
  void theServerSaysWhenToComeBack() throws Exception {
    server.answers(new Scripted(503, Map.of("Retry-After", "600"), call -> ""));
    try (HeartlineClient client =
        server.client().patience(Duration.ofMillis(500)).closing(Duration.ZERO).build()) {
      assertThat(failure(client.publish(number(1))))
          .isInstanceOf(HeartlineException.NoAnswer.class)
          .hasMessageContaining("may have been taken");
      server.next();
      assertThat(server.more()).as("it has not come back earlier").isZero();
    }
  }

  @Test
  void aMessageOfABatchThatWasNotTakenIsSentAgainAlone() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    String refused = "{\"error\":{\"status\":%d,\"field\":\"body\",\"message\":\"why\"}}";
    String good =
        "{\"results\":[{\"channel\":\"c\",\"epoch\":\"e\",\"offset\":1,\"position\":\"p\"}]}";
    server.answers(
        held(first),
        Scripted.status(
            200,
            "{\"results\":[" + good + "," + refused.formatted(503) + "," + refused.formatted(400)
                + "]}"));
    try (HeartlineClient client = server.client().build()) {
      client.publish(number(0));
      server.next();
      CompletableFuture<?> taken = client.publish(number(1));
      CompletableFuture<?> later = client.publish(number(2));
      CompletableFuture<?> bad = client.publish(number(3));
      first.countDown();
      in(taken);
      in(later);
      assertThat(failure(bad))
          .isInstanceOfSatisfying(HeartlineException.Refused.class, refusal -> {
            assertThat(refusal.status()).isEqualTo(400);
            assertThat(refusal.field()).isEqualTo("body");
          })
          .hasMessage("400 body why");
      Call batch = server.next();
      Call again = server.next();
      assertThat(again.data()).containsExactly("2");
      assertThat(again.ids()).containsExactly(batch.ids().get(1));
    }
  }

  @Test
  void oneMalformedMessageDoesNotRefuseTheOthers() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    Scripted malformed =
        Scripted.status(400, "{\"error\":{\"status\":400,\"field\":\"body\",\"message\":\"no\"}}");
    server.answers(held(first), malformed, new Scripted(200, Map.of(), Call::published), malformed);
    try (HeartlineClient client = server.client().build()) {
      client.publish(number(0));
      server.next();
      CompletableFuture<?> good = client.publish(number(1));
      CompletableFuture<?> bad = client.publish(Message.toChannel("c", "2e"));
      CompletableFuture<?> last = client.publish(number(3));
      first.countDown();
      in(good);
      assertThat(failure(bad)).isInstanceOf(HeartlineException.Refused.class);
      in(last);
      assertThat(server.next().ids()).hasSize(3);
      for (int i = 0; i < 3; i++) {
        assertThat(server.next().ids()).hasSize(1);
      }
    }
  }

  @Test
  void aBatchThatIsTooLargeIsSplit() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    server.answers(held(first), status(413));
    String data = '"' + "x".repeat(1000) + '"';
    try (HeartlineClient client = server.client().build()) {
      client.publish(number(0));
      server.next();
      CompletableFuture<?> all = client.publishAll(List.of(
          Message.toChannel("c", data), Message.toChannel("c", data),
          Message.toChannel("c", data), Message.toChannel("c", data)));
      first.countDown();
      in(all);
      assertThat(server.next().ids()).hasSize(4);
      assertThat(server.next().ids().size()).isLessThan(4);
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      401 | {"error":{"status":401,"field":"Authorization","message":"must be Bearer"}} | 401 Authorization must be Bearer
      403 | {"error":{"status":403,"field":"channel","message":"must be one"}}          | 403 channel must be one
      404 | <html>nothing here</html>                                                 | 404 was answered
      302 | ''                                                                        | 302 was answered
      """)
  void aRefusalIsToldAndNotRepeated(int status, String body, String message) throws Exception {
    server.answers(Scripted.status(status, body));
    try (HeartlineClient client = server.client().build()) {
      assertThat(failure(client.publish(number(1))))
          .isInstanceOf(HeartlineException.Refused.class)
          .hasMessage(message);
      server.next();
      in(client.publish(number(2)));
      assertThat(server.next().data()).as("the first was not sent again").containsExactly("2");
    }
  }

  @Test
  void whoeverPublishesIntoAFullQueueIsToldAtOnce() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    server.answers(held(held));
    try (HeartlineClient client = server.client().queueBytes(1024).build()) {
      CompletableFuture<?> first = client.publish(number(1));
      server.next();
      CompletableFuture<?> second = client.publish(number(2));
      CompletableFuture<?> third = client.publish(number(3));
      CompletableFuture<?> fourth = client.publish(number(4));
      assertThat(fourth).isCompletedExceptionally();
      assertThat(failure(fourth)).isInstanceOf(HeartlineException.QueueFull.class);
      held.countDown();
      in(first);
      in(second);
      in(third);
      in(client.publish(number(5)));
    }
  }

  @Test
  void aThreadThatMayWaitComesInWhenThereIsRoom() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    server.answers(held(held));
    try (HeartlineClient client = server
        .client()
        .queueBytes(1024)
        .waiting(Duration.ofSeconds(PATIENCE_SECONDS))
        .build()) {
      CompletableFuture<?> large =
          client.publish(Message.toChannel("c", '"' + "x".repeat(2000) + '"'));
      server.next();
      CompletableFuture<CompletableFuture<List<Published>>> waits =
          CompletableFuture.supplyAsync(() -> client.publish(number(2)));
      held.countDown();
      in(large);
      in(in(waits));
    }
  }

  @Test
  void anInterruptedThreadDoesNotWait() throws Exception {
    server.answers(held(new CountDownLatch(1)));
    try (HeartlineClient client = server
        .client()
        .queueBytes(1024)
        .waiting(Duration.ofMinutes(10))
        .closing(Duration.ZERO)
        .build()) {
      client.publish(Message.toChannel("c", '"' + "x".repeat(2000) + '"'));
      Thread.currentThread().interrupt();
      CompletableFuture<?> refused = client.publish(number(2));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(failure(refused)).isInstanceOf(HeartlineException.QueueFull.class);
    }
  }

  @Test
  void aCallerThatIsSlowDoesNotHoldUpTheSending() throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    latches.add(slow);
    try (HeartlineClient client = server.client().build()) {
      CompletableFuture<Void> first = client.publish(number(1)).thenAccept(places -> {
        try {
          slow.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      });
      server.next();
      CompletableFuture<?> second = client.publish(number(2));
      server.next();
      slow.countDown();
      in(first);
      in(second);
    }
  }

  @Test
  void whatWasCancelledBeforeItWasSentIsNotSent() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    server.answers(held(held));
    try (HeartlineClient client = server.client().build()) {
      CompletableFuture<?> first = client.publish(number(1));
      server.next();
      client.publish(number(2)).cancel(false);
      CompletableFuture<?> third = client.publish(number(3));
      held.countDown();
      in(first);
      in(third);
      assertThat(server.next().data()).containsExactly("3");
    }
  }

  @Test
  void closingSendsWhatWaitsAndThenTakesNothing() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    server.answers(held(held));
    HeartlineClient client =
        server.client().closing(Duration.ofSeconds(PATIENCE_SECONDS)).build();
    CompletableFuture<?> first = client.publish(number(1));
    server.next();
    CompletableFuture<?> second = client.publish(number(2));
    CompletableFuture<Void> closes = CompletableFuture.runAsync(client::close);
    held.countDown();
    in(closes);
    assertThat(first).isCompleted();
    assertThat(second).isCompleted();
    assertThat(failure(client.publish(number(3)))).isInstanceOf(HeartlineException.Closed.class);
    client.close(); // once more does no harm
  }

  @Test
  void whatHasNoAnswerWhenTheClientIsClosedFails() throws Exception {
    server.answers(held(new CountDownLatch(1)));
    HeartlineClient client = server.client().closing(Duration.ZERO).build();
    CompletableFuture<?> first = client.publish(number(1));
    server.next();
    CompletableFuture<?> second = client.publish(number(2));
    client.close();
    assertThat(failure(first)).isInstanceOf(HeartlineException.Closed.class);
    assertThat(failure(second)).isInstanceOf(HeartlineException.Closed.class);
  }

  @Test
  void itsThreadsEndWithIt() throws Exception {
    List<Thread> before = threads();
    HeartlineClient client = server.client().build();
    in(client.publish(number(1)));
    List<Thread> own = threads();
    own.removeAll(before);
    assertThat(own).isNotEmpty().allMatch(Thread::isDaemon);
    assertThat(own).allMatch(thread -> thread.getContextClassLoader() == null);
    client.close();
    for (Thread thread : own) {
      thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
      assertThat(thread.isAlive()).as(thread.getName()).isFalse();
    }
  }

  private static List<Thread> threads() {
    return new ArrayList<>(Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("heartline-client"))
        .toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "1,2",
        "1},{\"channel\":\"secret\",\"data\":2",
        "1,\"channel\":\"x\"",
        "{\"a\":1",
        "[1}",
        "\"a",
        "\"a\"\"b\"",
        "{}{}",
        "{} 1",
        "]",
        "\"a\\\"",
        "\"\uD83D\"",
        "a:1"
      })
  void dataThatCouldAddToACallIsNoMessage(String json) {
    assertThatThrownBy(() -> Message.toChannel("c", json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("data must be one JSON value: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        " -1.5e3 ",
        "null",
        "\"\"",
        "\"a\\\"b\\\\\"",
        "{\"a\":[1,{\"b\":\"}\"}]}",
        "[]\n",
        "\"\uD83D\uDC3C ,:}]\""
      })
  void dataThatIsOneValueIsAMessage(String json) {
    assertThat(Message.toChannel("c", json).json("i"))
        .isEqualTo("{\"channel\":\"c\",\"data\":" + json + ",\"id\":\"i\"}");
  }

  @Test
  void linesAreDisconnectedAndTheCallIsMadeAgainUntilItIsCarriedOut() throws Exception {
    server.answers(status(503), Scripted.status(200, "{\"closed\":3,\"blocked\":1795914837000}"));
    try (HeartlineClient client = server.client().build()) {
      Disconnect ann = Disconnect.user("ann").block(Duration.ofHours(1));
      assertThat(in(client.disconnect(ann))).isEqualTo(3);
      Call call = server.next();
      assertThat(call.path()).isEqualTo("/heartline/api/disconnect");
      assertThat(call.body()).isEqualTo("{\"user\":\"ann\",\"block\":3600}");
      assertThat(server.next()).isEqualTo(call);
    }
  }

  @Test
  void aDisconnectThatIsRefusedOrNotAnsweredIsTold() throws Exception {
    server.answers(
        Scripted.status(403, "{\"error\":{\"status\":403,\"field\":\"x\",\"message\":\"y\"}}"));
    try (HeartlineClient client = server.client().build()) {
      assertThat(failure(client.disconnect(Disconnect.line("l-1"))))
          .isInstanceOf(HeartlineException.Refused.class)
          .hasMessage("403 x y");
    }
    server.answers(held(new CountDownLatch(1)));
    try (HeartlineClient client =
        server.client().patience(Duration.ofMillis(200)).closing(Duration.ZERO).build()) {
      assertThat(failure(client.disconnect(Disconnect.line("l-1"))))
          .isInstanceOf(HeartlineException.NoAnswer.class);
    }
  }

  @Test
  void eachKindOfDisconnectIsWrittenAsTheServerReadsIt() {
    assertThat(Disconnect.token("t\"1").because(Disconnect.Reason.LOGGED_OUT).json())
        .isEqualTo("{\"token\":\"t\\\"1\",\"reason\":\"logged-out\"}");
    assertThat(Disconnect.session("s").json()).isEqualTo("{\"session\":\"s\"}");
    assertThat(Disconnect.user("a")
            .blockUntil(Instant.parse("2027-01-31T12:00:00Z"))
            .json())
        .isEqualTo("{\"user\":\"a\",\"block\":\"2027-01-31T12:00:00Z\"}");
    assertThat(Disconnect.session("secret")).hasToString("a session");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://x/", "http:/x", "x", "http://x/?a=b", "http://x/#a"})
  void anAddressThatIsNoneIsRefused(String address) {
    assertThatThrownBy(() -> HeartlineClient.builder(URI.create(address), "key"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("address must be");
  }

  @Test
  void aKeyThatCannotBeSentIsRefusedAndNotShown() {
    assertThatThrownBy(() -> HeartlineClient.builder(server.address(), "two words"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("two words");
  }

  @Test
  void settingsHaveLimits() {
    assertThatThrownBy(() -> server.client().patience(Duration.ofHours(1)))
        .hasMessage("patience must be between PT0.01S and PT50M: PT1H");
    assertThatThrownBy(() -> server.client().queueBytes(7))
        .hasMessage("queueBytes must be at least 1024: 7");
  }
}
