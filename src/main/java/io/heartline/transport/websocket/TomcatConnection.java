package io.heartline.transport.websocket;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.Connection;
import io.heartline.engine.Outgoing;
import io.heartline.model.CloseStatus;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.Session;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Writes through Tomcat's WebSocket API. A basic send writes on the calling thread, but holds it
 * while the peer's socket is full. An asynchronous send costs a thread hand-off for its completion.
 * So lines that ran into a full socket are written asynchronously.
 *
 * <p>Tomcat throws on a second send while one is under way. Tomcat's own pongs and its answers to
 * closes wait behind our write and hold a container thread meanwhile, for at most the timeout in
 * the session's properties at that moment. That timeout is short, unless our write waits and got a
 * place in the node's {@link Patience}. A basic send uses the same timeout, so without a place we
 * send asynchronously.
 */
final class TomcatConnection implements Connection {
  private static final String SEND_TIMEOUT = "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT";
  private static final String ABNORMAL_CLOSE_TIMEOUT =
      "org.apache.tomcat.websocket.ABNORMAL_SESSION_CLOSE_SEND_TIMEOUT";
  private static final String SESSION_CLOSE_TIMEOUT =
      "org.apache.tomcat.websocket.SESSION_CLOSE_TIMEOUT";

  /**
   * How long Tomcat's pong, or its answer to a client's close with 1000, may hold its thread if the
   * line has no place. Not shorter, because a JVM pause counts too.
   */
  private static final Long PONG_MILLIS = 100L;

  /** How long our close may wait behind a write. Tomcat's 50 ms would lose most 4500s. */
  private static final Long CLOSE_MILLIS = 5_000L;

  /**
   * How long a close may wait behind a write that is stalled and will not end, while too many other
   * closes wait, and when Tomcat closes: Tomcat's default.
   */
  private static final Long CUT_MILLIS = 50L;

  /**
   * How long until the socket is dropped if the peer never answers the close. Without this,
   * connections of clients that never answer would stay half closed.
   */
  private static final Long CLOSED_MILLIS = 10_000L;

  /**
   * How many characters we send at a time, so that the write timeout measures progress and not the
   * size of the message. This is what Tomcat's buffer for a line holds; Tomcat splits longer text
   * without regard to surrogate pairs.
   */
  private static final int PART_CHARS =
      Math.max(2, Integer.getInteger("org.apache.tomcat.websocket.DEFAULT_BUFFER_SIZE", 8 * 1024));

  /** Longer texts, in characters, are sent through a writer. */
  private static final int LONG = 2 * 1024;

  private final Session session;
  private final RemoteEndpoint.Basic basic;
  private final RemoteEndpoint.Async async;
  private final Map<String, Object> properties;
  private final Long writeMillis;
  private final Patience patience;

  /** Writes that began to wait minus those that ended. May be negative: the end may come first. */
  @GuardedBy("this")
  private int waiting;

  /** The line has one of the places for lines whose write waits. */
  @GuardedBy("this")
  private boolean placed;

  /** The line is gone and takes no place any more. */
  @GuardedBy("this")
  private boolean over;

  TomcatConnection(Session session, Duration writeTimeout, Patience patience) {
    this.session = session;
    this.patience = patience;
    basic = session.getBasicRemote();
    async = session.getAsyncRemote();
    writeMillis = writeTimeout.toMillis();
    async.setSendTimeout(writeMillis); // restarts whenever some bytes were written
    properties = session.getUserProperties();
    properties.put(SEND_TIMEOUT, PONG_MILLIS);
    properties.put(ABNORMAL_CLOSE_TIMEOUT, CUT_MILLIS);
    properties.put(SESSION_CLOSE_TIMEOUT, CLOSED_MILLIS);
  }

  @Override
  public void write(Outgoing outgoing, Mode mode, Done done) {
    boolean mayHoldThread = waits() && mode == Mode.MAY_BLOCK;
    if (mayHoldThread || outgoing.texts().isEmpty()) {
      finish(outgoing.texts(), outgoing.ping(), done);
      return;
    }
    new AsyncWrite(async, outgoing.texts(), failure -> {
          if (failure == null && outgoing.ping()) {
            finish(List.of(), true, done);
          } else {
            waitsNoMore();
            done.done(failure);
          }
        })
        .run();
  }

  /** Writes on this thread, then ends the write that {@link #waits} began. */
  private void finish(List<String> texts, boolean ping, Done done) {
    Throwable failure = null;
    try {
      send(texts);
      if (ping) {
        basic.sendPing(ByteBuffer.allocate(0));
      }
    } catch (IOException | RuntimeException e) {
      failure = e;
    }
    waitsNoMore();
    done.done(failure);
  }

  private void send(List<String> texts) throws IOException {
    if (texts.isEmpty()) {
      return;
    }
    if (texts.size() == 1) {
      send(texts.get(0));
      return;
    }
    basic.setBatchingAllowed(true); // many small frames leave in few packets
    for (String text : texts) {
      send(text);
    }
    // The next line flushes too, but in two steps. A pong of Tomcat between them would land in the
    // middle of a frame whose rest is still in the buffer. So we flush first.
    basic.flushBatch();
    basic.setBatchingAllowed(false);
  }

  private void send(String text) throws IOException {
    if (text.length() > LONG) {
      sendLong(text);
    } else {
      basic.sendText(text);
    }
  }

  /**
   * Sends a text in parts, through a writer: Tomcat encodes a character array faster than a string,
   * copying included. 8 KiB take half the time, 2 KiB three quarters, but 200 bytes twice the time.
   */
  private void sendLong(String text) throws IOException {
    Writer writer = basic.getSendWriter();
    char[] part = new char[Math.min(text.length(), PART_CHARS)];
    int from = 0;
    while (text.length() - from > PART_CHARS) {
      int to = from + PART_CHARS;
      if (Character.isHighSurrogate(
          text.charAt(to - 1))) { // never split a pair: each part is encoded alone
        to--;
      }
      text.getChars(from, to, part, 0);
      writer.write(part, 0, to - from);
      writer.flush();
      from = to;
    }
    text.getChars(from, text.length(), part, 0);
    writer.write(part, 0, text.length() - from);
    writer.close(); // sends the last part; not in a finally: after a failure it would wait again
  }

  /** Returns how long a write may make no progress, in milliseconds. */
  long writeMillis() {
    return writeMillis;
  }

  /**
   * Notes that our write waits, or may wait. If there is a place for one more such line, what
   * Tomcat writes behind it need not give up at once.
   *
   * @return whether the line has a place
   */
  synchronized boolean waits() {
    if (++waiting == 1 && !over && patience.writes().tryAcquire()) {
      placed = true;
      properties.put(SEND_TIMEOUT, writeMillis);
    }
    return placed;
  }

  /** Notes that the write has ended. */
  synchronized void waitsNoMore() {
    if (--waiting == 0) {
      leavePlace();
    }
  }

  /** Frees the place of a line that is gone: Tomcat does not always report the end of a write. */
  synchronized void ended() {
    over = true;
    leavePlace();
  }

  @GuardedBy("this")
  private void leavePlace() {
    if (placed) {
      placed = false;
      properties.put(SEND_TIMEOUT, PONG_MILLIS);
      patience.writes().release();
    }
  }

  @Override
  public void close(CloseStatus status) {
    boolean mayWait = patience.closes().tryAcquire();
    properties.put(ABNORMAL_CLOSE_TIMEOUT, mayWait ? CLOSE_MILLIS : CUT_MILLIS);
    try {
      Closing.close(session, status);
    } finally {
      if (mayWait) {
        patience.closes().release();
      }
    }
  }

  @Override
  public void cut(CloseStatus status) {
    properties.put(ABNORMAL_CLOSE_TIMEOUT, CUT_MILLIS);
    Closing.close(session, status);
  }
}
