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
 * Writes on Tomcat, where a basic send writes on the calling thread (an asynchronous one costs a
 * thread hand-off for its completion) but holds it while the peer's socket is full. Lines that met
 * a full socket are therefore written asynchronously.
 *
 * <p>Tomcat throws on a second send while one is under way. Its own pongs and its answers to closes
 * hold a thread of the container behind a write of ours, for at most the timeout that the session's
 * properties have at that moment. That timeout is short, unless our write waits and there was a
 * place for it in the node's {@link Patience}. A basic send goes by the same timeout, so without a
 * place it is made asynchronously.
 */
final class TomcatConnection implements Connection {
  private static final String SEND_TIMEOUT = "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT";
  private static final String ABNORMAL_CLOSE_TIMEOUT =
      "org.apache.tomcat.websocket.ABNORMAL_SESSION_CLOSE_SEND_TIMEOUT";
  private static final String SESSION_CLOSE_TIMEOUT =
      "org.apache.tomcat.websocket.SESSION_CLOSE_TIMEOUT";

  /**
   * How long a pong of Tomcat, or its answer to a client's close with 1000, may hold its thread if
   * the line has no place. Not shorter, because a pause of the JVM counts too.
   */
  private static final Long PONG_MILLIS = 100L;

  /** How long a close of ours may wait behind a write; Tomcat's 50 ms would lose most 4500s. */
  private static final Long CLOSE_MILLIS = 5_000L;

  /**
   * The same where the write is stalled and will not end, where too many other closes wait, and for
   * closes by Tomcat: its own default.
   */
  private static final Long CUT_MILLIS = 50L;

  /**
   * When the socket goes if the peer never answers the close: clients that forget to would stay
   * half closed.
   */
  private static final Long CLOSED_MILLIS = 10_000L;

  /**
   * Sent at a time, so that the write timeout measures progress and not the size of the message: as
   * much as Tomcat's buffer for a line takes, which parts what is longer without regard to pairs of
   * characters.
   */
  private static final int PART_CHARS =
      Math.max(2, Integer.getInteger("org.apache.tomcat.websocket.DEFAULT_BUFFER_SIZE", 8 * 1024));

  /** What is longer goes through a writer. */
  private static final int LONG = 2 * 1024;

  private final Session session;
  private final RemoteEndpoint.Basic basic;
  private final RemoteEndpoint.Async async;
  private final Map<String, Object> properties;
  private final Long writeMillis;
  private final Patience patience;

  /** Writes that began to wait less those that ended: the end may be told first. */
  @GuardedBy("this")
  private int waiting;

  /** It has one of the places for lines whose write waits. */
  @GuardedBy("this")
  private boolean placed;

  /** The line has ended: it takes no place any more. */
  @GuardedBy("this")
  private boolean over;

  TomcatConnection(Session session, Duration writeTimeout, Patience patience) {
    this.session = session;
    this.patience = patience;
    basic = session.getBasicRemote();
    async = session.getAsyncRemote();
    writeMillis = writeTimeout.toMillis();
    async.setSendTimeout(writeMillis); // begins anew whenever some of it was written
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

  /** Writes on this thread, as the end of a write that waits. */
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
    // First, though the next line does it too: a pong of Tomcat between the two of its steps would
    // come to stand in the middle of a frame of which the buffer holds the rest.
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
   * Sends a text in parts. By a writer, because Tomcat encodes an array of characters faster than a
   * string, copies included: 8 KiB in half of the time, 2 KiB in three quarters, 200 bytes in twice
   * the time.
   */
  private void sendLong(String text) throws IOException {
    Writer writer = basic.getSendWriter();
    char[] part = new char[Math.min(text.length(), PART_CHARS)];
    int from = 0;
    while (text.length() - from > PART_CHARS) {
      int to = from + PART_CHARS;
      if (Character.isHighSurrogate(
          text.charAt(to - 1))) { // never part a pair: each part is encoded by itself
        to--;
      }
      text.getChars(from, to, part, 0);
      writer.write(part, 0, to - from);
      writer.flush();
      from = to;
    }
    text.getChars(from, text.length(), part, 0);
    writer.write(part, 0, text.length() - from);
    writer.close(); // sends the last part; after a failure it would wait for it once more
  }

  /** Returns how long a write may stand still. */
  long writeMillis() {
    return writeMillis;
  }

  /**
   * A write of ours waits, or may: what Tomcat writes behind it need not give up at once, if there
   * is a place for one more such line.
   *
   * @return whether there is
   */
  synchronized boolean waits() {
    if (++waiting == 1 && !over && patience.writes().tryAcquire()) {
      placed = true;
      properties.put(SEND_TIMEOUT, writeMillis);
    }
    return placed;
  }

  /** That write has ended. */
  synchronized void waitsNoMore() {
    if (--waiting == 0) {
      leavePlace();
    }
  }

  /** The line has ended: Tomcat does not always tell what became of a write that waited. */
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
