package io.heartline.testing;

import static io.heartline.testing.RawSocketClient.CONTINUATION;
import static io.heartline.testing.RawSocketClient.PING;
import static io.heartline.testing.RawSocketClient.PONG;
import static io.heartline.testing.RawSocketClient.TEXT;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RawSocketClient.Frame;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** More publications than sockets hold between two processes, and a reader who also pings. */
public final class Flood {
  /** Of each publication: more than Tomcat puts into one frame. */
  public static final String FILLING = "x".repeat(20_000);

  private static final int TEXTS = 300;
  private static final int PINGS = 200;

  /** Longer than a pong may take where no write of ours is under way. */
  private static final long LONG = TimeUnit.MILLISECONDS.toNanos(2_500);

  private final RawSocketClient line;
  private final StringBuilder text = new StringBuilder();
  private int texts;
  private int pongs;

  /** @param line reads the channel {@code updates}, and nothing has come yet */
  public Flood(RawSocketClient line) {
    this.line = line;
  }

  /** What publishes. */
  @FunctionalInterface
  public interface Publisher {
    String publish(String channel, String json) throws IOException;
  }

  /** Publishes all of it. */
  public static void publish(Publisher server) throws IOException {
    for (int i = 0; i < TEXTS; i++) {
      server.publish("updates", "\"" + i + ':' + FILLING + '"');
    }
  }

  private void ping(int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      line.frame(true, PING, Integer.toString(i).getBytes(US_ASCII));
    }
  }

  /**
   * Pings, has all published, reads a part of it, pings again and does not read for a while, and
   * then reads the rest: every publication and every pong comes once, whole and in its order.
   */
  public void assertPongsStandBetweenFrames(Publisher server) throws IOException {
    assertPongsStandBetweenFrames(server, LONG);
  }

  /**
   * The same with a reader who never stops: through Tomcat's API alone a pong may still give up
   * that comes in the moment between two writes.
   */
  public void assertPongsStandBetweenFramesOfTheApi(Publisher server) throws IOException {
    assertPongsStandBetweenFrames(server, 0);
  }

  private void assertPongsStandBetweenFrames(Publisher server, long pause) throws IOException {
    ping(0, PINGS / 2);
    publish(server);
    while (texts < TEXTS / 4 || pongs < PINGS / 2) {
      read(line.read());
    }
    ping(PINGS / 2, PINGS);
    LockSupport.parkNanos(pause); // a reader who does not read is what is tested
    while (texts < TEXTS || pongs < PINGS) {
      read(line.read());
    }
    line.assertRawLives();
  }

  /** Reads up to the server's close, which it returns: every publication before it is whole. */
  public Frame readToClose() throws IOException {
    Frame frame = line.read();
    while (frame.opcode() != RawSocketClient.CLOSE) {
      read(frame);
      frame = line.read();
    }
    return frame;
  }

  private static String what(Frame frame) {
    return frame.opcode() == RawSocketClient.CLOSE ? "a close " + frame.code() : frame.text();
  }

  private void read(Frame frame) {
    if (frame.opcode() == PONG) {
      assertThat(frame.text()).isEqualTo(Integer.toString(pongs++));
      return;
    }
    assertThat(frame.opcode())
        .as("opcode of text %d, behind %d pongs, not of %s", texts, pongs, what(frame))
        .isEqualTo(text.isEmpty() ? TEXT : CONTINUATION);
    text.append(frame.text());
    if (frame.fin()) {
      assertThat(text.toString().equals(texts + ":" + FILLING))
          .as("text %d", texts)
          .isTrue();
      texts++;
      text.setLength(0);
    }
  }
}
