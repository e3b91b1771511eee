package io.heartline.transport.sockjs;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Connection.Mode;
import io.heartline.engine.Door;
import io.heartline.engine.Engine;
import io.heartline.engine.Line;
import io.heartline.engine.Outgoing;
import io.heartline.engine.SeatPolicy;
import io.heartline.engine.Unfinished;
import io.heartline.model.CloseStatus;
import io.heartline.protocol.Protocol;
import io.heartline.protocol.stomp.StompProtocol;
import io.heartline.protocol.text.RawProtocol;
import io.heartline.testing.Arrivals;
import io.heartline.testing.Engines;
import io.heartline.testing.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A session between its line, for which the test writes, and its receivers. */
class SockJsSessionTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration MOMENT = Duration.ofMillis(50);
  private static final CloseStatus GO_AWAY = CloseStatus.KICKED;
  private static final String GO_AWAY_FRAME = "c[4501,\"disconnected by an operator\"]\n";
  private static final String ANOTHER = "c[2010,\"Another connection still open\"]\n";
  private static final String INTERRUPTED = "c[1002,\"Connection interrupted\"]\n";

  private final FakeTime time = new FakeTime();
  private final Engine engine = Engines.idle(time);
  private final List<SockJsSession> forgotten = new ArrayList<>();
  private final SockJsSession session =
      new SockJsSession(engine.timers(), time, TIMEOUT, 20, null, forgotten::add);
  private final Line line = open(session);

  /** How the writes ended: "ok" or the failure. */
  private final List<String> done = new ArrayList<>();

  private Line open(SockJsSession session) {
    return open(session, RawProtocol.quiet());
  }

  private Line open(SockJsSession session, Protocol protocol) {
    engine.timers().poll(time.nanos());
    Door door =
        new Door("test", protocol, SeatPolicy.NONE, Duration.ofDays(1), null, user -> List.of());
    Line line = engine.open(door, session, Arrivals.of(null)).orElseThrow();
    session.opened(line);
    return line;
  }

  private void write(String... texts) {
    Outgoing outgoing = new Outgoing(List.of(texts), texts.length == 0, false, 0, null);
    session.write(
        outgoing,
        Mode.MUST_NOT_BLOCK,
        failure -> done.add(failure == null ? "ok" : String.valueOf(failure.getMessage())));
  }

  private RecordingReceiver attach(RecordingReceiver receiver) {
    session.attach(receiver);
    return receiver;
  }

  /** Lets time pass as a server does that is not held up: with many looks at the clock. */
  private void pass(Duration by) {
    for (long left = by.toMillis(); left > 0; left -= 50) {
      time.advance(Duration.ofMillis(Math.min(50, left)));
      engine.timers().poll(time.nanos());
    }
  }

  private RecordingReceiver opened(RecordingReceiver first) {
    attach(first);
    return first;
  }

  @Test
  void theFirstPollIsToldThatTheSessionIsOpenAndEnds() {
    RecordingReceiver poll = attach(RecordingReceiver.poll());
    assertThat(poll.frames).containsExactly("o\n");
    assertThat(poll.closed).isTrue();
    assertThat(session.ready()).as("nobody listens").isFalse();
  }

  @Test
  void eachPollTakesOneWriteWithAllItsTexts() {
    opened(RecordingReceiver.poll());
    RecordingReceiver poll = attach(RecordingReceiver.poll());
    assertThat(session.ready()).isTrue();
    assertThat(poll.closed).isFalse();
    poll.holding = true;
    write("a", "b");
    assertThat(session.ready()).as("while it is written").isFalse();
    assertThat(done).isEmpty();
    poll.release();
    assertThat(poll.frames).containsExactly("a[\"a\",\"b\"]\n");
    assertThat(poll.closed).isTrue();
    assertThat(done).containsExactly("ok");
    assertThat(session.ready()).isFalse();
  }

  @Test
  void aBeatIsAFrameOfItsOwn() {
    RecordingReceiver stream = opened(RecordingReceiver.stream());
    write();
    assertThat(stream.frames).containsExactly("o\n", "h\n");
  }

  @Test
  void aStreamGoesOnUntilItHasTakenEnough() {
    RecordingReceiver stream = opened(RecordingReceiver.stream());
    write("12345678901"); // 2 + 16 bytes so far
    assertThat(stream.closed).isFalse();
    assertThat(session.ready()).isTrue();
    write("2");
    assertThat(stream.closed).isTrue();
    assertThat(session.ready()).isFalse();
    RecordingReceiver next = attach(RecordingReceiver.stream());
    assertThat(next.frames).isEmpty();
    assertThat(session.ready()).isTrue();
    write("3");
    assertThat(next.frames).containsExactly("a[\"3\"]\n");
    assertThat(done).containsOnly("ok").hasSize(3);
  }

  @Test
  void aSecondReceiverIsRefusedWhileTheFirstLives() {
    opened(RecordingReceiver.poll());
    RecordingReceiver first = attach(RecordingReceiver.poll());
    RecordingReceiver second = attach(RecordingReceiver.poll());
    assertThat(second.frames).as("not before the first was asked").isEmpty();
    pass(MOMENT);
    assertThat(second.frames).containsExactly(ANOTHER);
    assertThat(second.closed).isTrue();
    assertThat(first.closed).isFalse();
    write("x");
    assertThat(first.frames).containsExactly("\n", "\n", "a[\"x\"]\n");
    assertThat(first.closed).isTrue();
  }

  @Test
  void aThirdReceiverIsRefusedAtOnce() {
    RecordingReceiver first = opened(RecordingReceiver.stream());
    first.holding = true;
    attach(RecordingReceiver.stream());
    assertThat(attach(RecordingReceiver.stream()).frames).containsExactly(ANOTHER);
  }

  @Test
  void aSecondReceiverFindsThatTheFirstIsGone() {
    RecordingReceiver first = opened(RecordingReceiver.stream());
    RecordingReceiver second = attach(RecordingReceiver.stream());
    first.gone = true; // the first filler was taken by the socket
    pass(MOMENT);
    assertThat(second.frames).containsExactly(INTERRUPTED);
    assertThat(first.cut).isTrue();
    assertThat(line.isGone()).isTrue();
    assertThat(attach(RecordingReceiver.poll()).frames).containsExactly(INTERRUPTED);
    pass(TIMEOUT);
    assertThat(forgotten).containsExactly(session);
  }

  @Test
  void aWriteThatCameWhileTheFirstWasAskedIsNotLost() {
    RecordingReceiver first = opened(RecordingReceiver.stream());
    first.holding = true;
    attach(RecordingReceiver.stream());
    assertThat(session.ready()).isFalse();
    write("x"); // was taken just before
    first.release();
    assertThat(first.frames).doesNotContain("a[\"x\"]\n");
    pass(MOMENT);
    assertThat(first.frames).endsWith("a[\"x\"]\n");
    assertThat(done).containsExactly("ok");
  }

  @Test
  void aSecondReceiverThatLeavesWhileItWaitsIsNotWrittenTo() {
    opened(RecordingReceiver.stream());
    RecordingReceiver second = attach(RecordingReceiver.stream());
    session.lost(second);
    pass(MOMENT);
    assertThat(second.frames).isEmpty();
    assertThat(session.ready()).isTrue();
  }

  @Test
  void aLostReceiverEndsTheSessionAndFailsTheWrite() {
    RecordingReceiver stream = opened(RecordingReceiver.stream());
    stream.holding = true;
    stream.gone = true;
    write("x");
    stream.release();
    assertThat(done).containsExactly("gone");
    assertThat(line.isGone()).isTrue();
    assertThat(session.ready()).isFalse();
    write("y");
    assertThat(done).containsExactly("gone", "the session has ended");
    assertThat(session.receive(List.of("z"))).isFalse();
  }

  @Test
  void aReceiverThatIsLostLateHarmsNobody() {
    RecordingReceiver first = opened(RecordingReceiver.poll());
    attach(RecordingReceiver.poll());
    session.lost(first);
    assertThat(session.ready()).isTrue();
    assertThat(line.isGone()).isFalse();
  }

  @Test
  void aSessionWithoutReceiverEndsInTime() {
    opened(RecordingReceiver.poll());
    pass(TIMEOUT.minusMillis(50));
    assertThat(line.isGone()).isFalse();
    pass(Duration.ofMillis(50));
    assertThat(line.isGone()).isTrue();
    assertThat(forgotten).contains(session);
  }

  @Test
  void eachReceiverPutsTheEndOff() {
    opened(RecordingReceiver.poll());
    pass(TIMEOUT.minusMillis(50));
    attach(RecordingReceiver.poll());
    pass(TIMEOUT.multipliedBy(10));
    assertThat(line.isGone()).as("while it waits").isFalse();
    write();
    pass(TIMEOUT.minusMillis(50));
    assertThat(line.isGone()).isFalse();
    pass(Duration.ofMillis(50));
    assertThat(line.isGone()).isTrue();
  }

  @Test
  void aSessionForWhichNobodyComesEndsToo() {
    pass(TIMEOUT);
    assertThat(line.isGone()).isTrue();
    assertThat(forgotten).contains(session);
  }

  @Test
  void aCloseIsToldAndToldAgainUntilItIsForgotten() {
    RecordingReceiver stream = opened(RecordingReceiver.stream());
    session.close(GO_AWAY);
    assertThat(stream.frames).containsExactly("o\n", GO_AWAY_FRAME);
    assertThat(stream.closed).isTrue();
    for (int i = 0; i < 2; i++) {
      RecordingReceiver poll = attach(RecordingReceiver.poll());
      assertThat(poll.frames).containsExactly(GO_AWAY_FRAME);
      assertThat(poll.closed).isTrue();
    }
    pass(TIMEOUT.minusMillis(50));
    assertThat(forgotten).isEmpty();
    pass(Duration.ofMillis(50));
    assertThat(forgotten).containsExactly(session);
  }

  @Test
  void aCloseBeforeTheFirstPollComesAfterTheOpening() {
    session.close(GO_AWAY);
    assertThat(attach(RecordingReceiver.poll()).frames).containsExactly("o\n");
    assertThat(attach(RecordingReceiver.poll()).frames).containsExactly(GO_AWAY_FRAME);
  }

  @Test
  void aCloseBeforeTheFirstStreamComesAfterTheOpening() {
    session.close(GO_AWAY);
    assertThat(attach(RecordingReceiver.stream()).frames).containsExactly("o\n", GO_AWAY_FRAME);
  }

  @Test
  void aCutDoesNotWait() {
    RecordingReceiver stream = opened(RecordingReceiver.stream());
    stream.holding = true;
    write("x");
    session.cut(CloseStatus.NO_PROGRESS);
    assertThat(stream.cut).isTrue();
    stream.release();
    assertThat(done).containsExactly("ok");
    assertThat(attach(RecordingReceiver.poll()).frames)
        .containsExactly("c[4002,\"no progress\"]\n");
  }

  @Test
  void theFirstOriginThatIsNamedOwnsIt() {
    assertThat(session.isOf(null)).isTrue();
    assertThat(session.isOf("http://a")).isTrue();
    assertThat(session.isOf("http://b")).isFalse();
    assertThat(session.isOf(null)).isTrue();
    assertThat(session.isOf("http://a")).isTrue();
  }

  @Test
  void oneOpensItsLine() {
    assertThat(session.claim()).isTrue();
    assertThat(session.claim()).isFalse();
  }

  /**
   * Whatever happens in whatever order: each write ends once and in its order, one receiver at a
   * time is written to, and each receiver gets an end.
   */
  @Test
  void whatIsBegunOverHttpCountsAsThatOverWebSockets() {
    SockJsSession stomp =
        new SockJsSession(engine.timers(), time, TIMEOUT, 20, null, forgotten::add);
    open(stomp, new StompProtocol(List.of(), 64 * 1024));
    stomp.receive(List.of("CONNECT\n\n\0", "SEND\n\n" + "x".repeat(60_000)));
    Unfinished.Share share = engine.unfinished().soon(true);
    assertThat(share.held()).isGreaterThan(60_000);
    pass(TIMEOUT);
    assertThat(share.held()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void anyOrderOfEvents(long seed) {
    Random random = new Random(seed);
    List<RecordingReceiver> receivers = new ArrayList<>();
    int[] written = {0};
    boolean[] writing = {false};
    List<Integer> taken = new ArrayList<>();
    for (int step = 0; step < 400; step++) {
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> {
          RecordingReceiver receiver =
              random.nextBoolean() ? RecordingReceiver.poll() : RecordingReceiver.stream();
          receiver.holding = random.nextInt(4) == 0;
          receivers.add(receiver);
          session.attach(receiver);
        }
        case 3, 4, 5 -> {
          if (session.ready() && !writing[0]) {
            int number = written[0]++;
            writing[0] = true;
            session.write(
                new Outgoing(List.of("m" + number), false, false, 1, null),
                Mode.MUST_NOT_BLOCK,
                failure -> {
                  assertThat(writing[0]).as("seed %s: ends once", seed).isTrue();
                  writing[0] = false;
                  if (failure == null) {
                    taken.add(number);
                  }
                });
          }
        }
        case 6, 7 -> receivers.forEach(RecordingReceiver::release);
        case 8 -> pass(MOMENT);
        default -> {
          if (random.nextInt(20) == 0 && !receivers.isEmpty()) {
            RecordingReceiver left = receivers.get(random.nextInt(receivers.size()));
            left.gone = true;
            session.lost(left);
          } else if (random.nextInt(100) == 0) {
            session.close(GO_AWAY);
          }
        }
      }
    }
    receivers.forEach(RecordingReceiver::release);
    pass(MOMENT.multipliedBy(4));
    receivers.forEach(RecordingReceiver::release);
    assertThat(writing[0]).as("seed %s: every write ends", seed).isFalse();
    assertThat(taken).as("seed %s", seed).isSorted().doesNotHaveDuplicates();
    session.close(GO_AWAY);
    receivers.forEach(RecordingReceiver::release);
    pass(TIMEOUT);
    assertThat(receivers)
        .as("seed %s: every receiver gets an end", seed)
        .allMatch(receiver -> receiver.closed || receiver.gone);
    assertThat(receivers)
        .as("seed %s: nothing is written after the end", seed)
        .allMatch(receiver -> receiver.late.isEmpty());
    List<String> messages = receivers.stream()
        .flatMap(receiver -> receiver.frames.stream())
        .filter(frame -> frame.startsWith("a["))
        .toList();
    assertThat(messages).as("seed %s: nothing twice", seed).doesNotHaveDuplicates();
    for (int number : taken) {
      assertThat(messages).as("seed %s", seed).contains("a[\"m" + number + "\"]\n");
    }
    assertThat(forgotten).isNotEmpty();
  }
}
