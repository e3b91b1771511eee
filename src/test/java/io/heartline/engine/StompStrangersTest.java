package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.protocol.Command;
import io.heartline.protocol.stomp.StompProtocol;
import io.heartline.testing.StompMistakes;
import io.heartline.testing.StompTalk;
import io.heartline.testing.StompTalk.Said;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What random clients of STOMP are told, some of which make mistakes. Repeat a run with
 * {@code -Dheartline.seed=}, make it longer with {@code -Dheartline.fuzz=}, the number of clients.
 */
class StompStrangersTest {
  private static final int FRAMES = 12;

  private static final Door DOOR = new Door(
      "stomp",
      new StompProtocol(StompTalk.RULES, StompTalk.BODY_BYTES),
      SeatPolicy.NONE,
      Duration.ofSeconds(25),
      null,
      user -> List.of());

  private final long seed = Long.getLong("heartline.seed", System.nanoTime());
  private final int clients = Integer.getInteger("heartline.fuzz", 1_000);
  private final Random random = new Random(seed);
  private final Rig rig = new Rig();
  private final RecordingConnection bystander = new RecordingConnection();

  @BeforeEach
  void somebodyReadsAndTheApplicationAnswers() {
    rig.engine.callback(
        sent -> CompletableFuture.completedFuture(new Callback.Answer.Taken(List.of())));
    rig.say(
        rig.open(DOOR, null, bystander), "CONNECT\n\n\0SUBSCRIBE\ndestination:/topic/quiet\n\n\0");
    assertThat(bystander.next()).startsWith("CONNECTED\n");
  }

  @Test
  void everyReceiptComesOnceAndNothingAfterAnErrorOrAGoodBye() {
    for (int i = 0; i < clients; i++) {
      try {
        client();
      } catch (RuntimeException | Error e) {
        throw new AssertionError("-Dheartline.seed=" + seed + ", client " + i, e);
      }
    }
  }

  private void client() {
    List<Said> said = StompTalk.of(random, FRAMES, false);
    String text = StompTalk.text(said);
    int at = random.nextInt(text.length());
    boolean mistaken = random.nextBoolean();
    RecordingConnection connection = new RecordingConnection();
    Line line = rig.open(DOOR, Rig.ANN, connection);
    for (String message :
        StompTalk.cut(mistaken ? StompMistakes.in(text, at, random) : text, random)) {
      rig.say(line, message);
    }
    List<String> told =
        connection.writes.stream().flatMap(write -> write.texts().stream()).toList();
    assertNothingComesAfterTheEnd(connection, told);
    long receipts = told.stream().filter(frame -> frame.startsWith("RECEIPT\n")).count();
    Expected expected = expected(said, mistaken ? at : text.length());
    if (mistaken && !expected.error()) {
      assertThat(receipts).isGreaterThanOrEqualTo(expected.receipts());
    } else {
      assertThat(receipts).isEqualTo(expected.receipts());
      assertThat(told.stream().anyMatch(frame -> frame.startsWith("ERROR\n")))
          .isEqualTo(expected.error());
    }
    if (!mistaken) {
      assertThat(connection.closed != null).isEqualTo(expected.error() || leaves(said));
    }
    line.closed(1000);
    assertThat(rig.engine.lines()).as("only the bystander stays").isOne();
    rig.publish("quiet", "1");
    assertThat(bystander.next()).startsWith("MESSAGE\n");
  }

  private static boolean leaves(List<Said> said) {
    return said.get(said.size() - 1).meant().contains(new Command.Leave());
  }

  /** @param error whether they end with one: what goes nowhere is an error if it wants a receipt */
  private record Expected(int receipts, boolean error) {}

  /** Returns what is expected for the frames that end before a place. */
  private static Expected expected(List<Said> said, int at) {
    int receipts = 0;
    int end = 0;
    for (Said one : said) {
      end += one.frame().length();
      if (end <= at
          && !one.meant().isEmpty()
          && one.meant().get(0) instanceof Command.Request request) {
        if (request.commands().stream().anyMatch(Command.Ignored.class::isInstance)) {
          return new Expected(receipts, true);
        }
        receipts++;
      }
    }
    return new Expected(receipts, false);
  }

  private static void assertNothingComesAfterTheEnd(
      RecordingConnection connection, List<String> told) {
    for (int i = 0; i < told.size(); i++) {
      String frame = told.get(i);
      assertThat(frame).endsWith("\0");
      if (frame.startsWith("ERROR\n")) {
        assertThat(told).hasSize(i + 1);
        assertThat(connection.closed).isNotNull();
      }
    }
    if (connection.closed != null) {
      assertThat(connection.closed.code()).as("a fault of ours").isNotEqualTo(1011);
    }
  }
}
