package io.heartline.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;

/** A client that speaks STOMP 1.2 by hand, and is asked for what it was told in order. */
public final class StompRecorder {
  private final WebSocketRecorder line;

  /** Frames of a message that were not asked for yet. */
  private final Deque<String> frames = new ArrayDeque<>();

  private StompRecorder(WebSocketRecorder line) {
    this.line = line;
  }

  /** Opens a line that is connected. */
  public static StompRecorder connected(URI door, String... headers) {
    StompRecorder recorder = new StompRecorder(WebSocketRecorder.raw(door, headers));
    recorder.send("CONNECT\naccept-version:1.2\nhost:x\n\n");
    assertThat(recorder.frame()).startsWith("CONNECTED\nversion:1.2\n");
    return recorder;
  }

  /** @param frame without the NUL at its end */
  public void send(String frame) {
    line.send(frame + '\0');
  }

  /** Sends a body, and asks for a receipt named {@code r}. */
  public void sendTo(String destination, String body) {
    send("SEND\ndestination:" + destination + "\nreceipt:r\n\n" + body);
  }

  /** Returns the next frame, without the NUL at its end. */
  public String frame() {
    while (frames.isEmpty()) {
      for (String frame : line.frame().split("\0", -1)) {
        if (!frame.isBlank()) {
          frames.add(frame);
        }
      }
    }
    return frames.remove();
  }

  public void assertReceipt() {
    assertThat(frame()).isEqualTo("RECEIPT\nreceipt-id:r\n\n");
  }

  /** Expects an error that names the receipt and says this, and the end of the line. */
  public void assertRefused(String code, String why) {
    assertThat(frame())
        .startsWith("ERROR\nmessage:" + why.replace(":", "\\c") + "\ncode:" + code + "\n")
        .contains("receipt-id:r\n");
    closed();
  }

  /** Waits for the close, which must be next. */
  public WebSocketRecorder.Closed closed() {
    assertThat(frames).as("frames that nobody asked for").isEmpty();
    return line.closed();
  }
}
