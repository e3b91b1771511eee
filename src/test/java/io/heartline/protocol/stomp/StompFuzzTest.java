package io.heartline.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.protocol.Command;
import io.heartline.protocol.Push;
import io.heartline.testing.StompMistakes;
import io.heartline.testing.StompTalk;
import io.heartline.testing.StompTalk.Said;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random clients of all versions, some of which make mistakes. Repeat a run with
 * {@code -Dheartline.seed=}, make it longer with {@code -Dheartline.fuzz=}, the number of clients.
 */
class StompFuzzTest {
  private static final int FRAMES = 20;

  /** All headers and a line of two bytes per character, and a body in a builder twice its size. */
  private static final long MOST_MIDWAY = 2 * FrameReader.MAX_HEADER_CHARS
      + FrameReader.MAX_HEADERS * FrameReader.OF_HEADER
      + 2 * 2 * FrameReader.MAX_LINE
      + 2 * 2 * StompTalk.BODY_BYTES
      + 1024;

  /** Each character may take six as JSON, each of their headers has its own cost. */
  private static final long MOST_HELD_BACK = 16 * StompTalk.BODY_BYTES + 256 * 1024;

  private final long seed = Long.getLong("heartline.seed", System.nanoTime());
  private final int clients = Integer.getInteger("heartline.fuzz", 1_000);
  private final Random random = new Random(seed);

  private static StompDialect open() {
    return new StompDialect(new Sends(StompTalk.RULES), StompTalk.BODY_BYTES);
  }

  private interface Check {
    void client();
  }

  /** Lets every client say something else; what goes wrong is told with the seed. */
  private void everyClient(Check check) {
    for (int i = 0; i < clients; i++) {
      try {
        check.client();
      } catch (RuntimeException | Error e) {
        throw new AssertionError("-Dheartline.seed=" + seed + ", client " + i, e);
      }
    }
  }

  /** Returns what the messages mean. Nothing means anything after an error or a good-bye. */
  private static List<Command> meaning(List<String> messages) {
    StompDialect dialect = open();
    List<Command> all = new ArrayList<>();
    boolean over = false;
    for (String message : messages) {
      List<Command> commands = dialect.decode(message);
      assertThat(dialect.midway()).isBetween(0L, MOST_MIDWAY);
      assertThat(dialect.heldBack()).isBetween(0L, MOST_HELD_BACK);
      for (Command command : commands) {
        assertThat(over).as("%s after the end", command).isFalse();
        over = isEnd(command);
      }
      all.addAll(commands);
    }
    if (over) {
      assertThat(dialect.decode("\0SEND\n\n\0")).isEmpty();
      assertThat(dialect.midway() + dialect.heldBack()).isZero();
      Command last = all.get(all.size() - 1);
      if (!(last instanceof Command.Leave)) {
        assertErrorIsOneFrame(dialect, last);
      }
    }
    return all;
  }

  private static boolean isEnd(Command command) {
    return command instanceof Command.Leave
        || command instanceof Command.Refused
        || (command instanceof Command.Request request
            && request.commands().stream().anyMatch(StompFuzzTest::isEnd));
  }

  /** Whatever of the client's is repeated in it, it cannot end a header or the frame. */
  private static void assertErrorIsOneFrame(StompDialect dialect, Command refused) {
    Command.Refused error = refused instanceof Command.Request request
        ? (Command.Refused) request.commands().get(0)
        : (Command.Refused) refused;
    String receipt = refused instanceof Command.Request request ? request.receipt() : null;
    String frame = dialect.encode(new Push.Error("malformed", error.message(), null, receipt));
    int end = frame.indexOf("\n\n");
    List<String> expected = new ArrayList<>(List.of("message", "code", "version"));
    if (receipt != null) {
      expected.add("receipt-id");
    }
    expected.add("content-type");
    if (error.message().indexOf('\0') >= 0) {
      expected.add("content-length");
    }
    // Only the headers: the body is the message, which may repeat what looks like a header.
    assertThat(frame.substring(0, end).lines().skip(1))
        .map(header -> header.substring(0, header.indexOf(':')))
        .isEqualTo(expected);
    assertThat(frame).startsWith("ERROR\n").endsWith("\n\n" + error.message() + "\0");
  }

  private static List<Command> meant(List<Said> said) {
    return said.stream().flatMap(one -> one.meant().stream()).toList();
  }

  @Test
  void whatIsSaidIsWhatIsUnderstoodHoweverItIsCut() {
    everyClient(() -> {
      List<Said> said = StompTalk.of(random, FRAMES, true);
      String text = StompTalk.text(said);
      assertThat(meaning(List.of(text))).isEqualTo(meant(said));
      assertThat(meaning(StompTalk.cut(text, random))).isEqualTo(meant(said));
    });
  }

  @Test
  void whatComesBeforeAMistakeIsUnderstoodAndAllMeansTheSameHoweverItIsCut() {
    everyClient(() -> {
      List<Said> said = StompTalk.of(random, FRAMES, true);
      String text = StompTalk.text(said);
      int at = random.nextInt(text.length());
      String mistaken = StompMistakes.in(text, at, random);
      List<Command> meaning = meaning(List.of(mistaken));
      List<Command> before = new ArrayList<>();
      int end = 0;
      for (Said one : said) {
        end += one.frame().length();
        if (end <= at) {
          before.addAll(one.meant());
        }
      }
      assertThat(meaning.subList(0, Math.min(before.size(), meaning.size()))).isEqualTo(before);
      assertThat(meaning(StompTalk.cut(mistaken, random))).isEqualTo(meaning);
    });
  }

  @Test
  void anyTextIsUnderstoodOrRefusedHoweverItIsCut() {
    everyClient(() -> {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "CONNECT\n\n\0" : "");
      for (int n = random.nextInt(12); n > 0; n--) {
        text.append(random.nextBoolean() ? StompMistakes.piece(random) : "SEND\ndestination:");
      }
      assertThat(meaning(StompTalk.cut(text.toString(), random)))
          .isEqualTo(meaning(List.of(text.toString())));
    });
  }
}
