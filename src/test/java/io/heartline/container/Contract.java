package io.heartline.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RunningWar;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.TestInfo;

/** What the tests of the contract say and expect again and again. */
public final class Contract {
  /** A question whose answer may be wrong for a while. */
  public interface Question {
    boolean ask() throws IOException;
  }

  private Contract() {}

  /** Opens a line of {@code heartline.v1} that has been welcomed. */
  public static WebSocketRecorder page(Deployed war, String... headers) {
    WebSocketRecorder line = WebSocketRecorder.page(war.door("line"), headers);
    line.send("{\"hello\":{}}");
    assertThat(line.object()).startsWith("{\"welcome\":{");
    return line;
  }

  /** Opens a line that reads a channel from now on. */
  public static WebSocketRecorder subscriber(Deployed war, String channel, String... headers) {
    WebSocketRecorder line = page(war, headers);
    line.send(subscribe(channel));
    assertThat(line.object()).startsWith("{\"subscribed\":\"" + channel + "\"");
    return line;
  }

  public static String subscribe(String channel) {
    return "{\"subscribe\":\"" + channel + "\"}";
  }

  /** A channel of the test's own. */
  public static String channel(TestInfo test) {
    return "public:" + test.getTestMethod().orElseThrow().getName();
  }

  /** Asks until the answer is yes. */
  public static void eventually(String what, Question question) throws IOException {
    eventually(what, RunningWar.PATIENCE.multipliedBy(2), question);
  }

  /** Asks so long until the answer is yes. */
  public static void eventually(String what, Duration patience, Question question)
      throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!question.ask()) {
      assertThat(System.nanoTime() - deadline).as(what).isNegative();
      pause(200);
    }
  }

  /** Lets time pass where that is what is tested. */
  public static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
