package io.heartline.api;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.protocol.DeclaredBody;
import io.heartline.protocol.JsonText;
import io.heartline.protocol.StrictUtf8;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The body of one request, as far as it has arrived. The calling thread takes what is there at
 * once; the rest is read whenever the container calls. Bytes are counted as they arrive, so a
 * length that is missing or wrong does no harm.
 */
final class Body {
  /** Memory of a call that waits for its client, besides the body, in bytes. */
  private static final int WAITING = 16 * 1024;

  /** The first buffer, in bytes. */
  private static final int FIRST = 8 * 1024;

  /**
   * How much of a body that is too large is read and thrown away, in bytes, so that its client sees
   * the answer.
   */
  private static final int THROWN_AWAY = 2 * 1024 * 1024;

  private final Calls calls;
  private final int maxBytes;

  /** The length that the client gave; -1 if it gave none. */
  private final long length;

  private final CompletableFuture<String> text = new CompletableFuture<>();

  @GuardedBy("this")
  private byte[] bytes = {};

  @GuardedBy("this")
  private int size;

  /** Bytes taken from the room that all calls share; -1 once given back. */
  @GuardedBy("this")
  private long taken;

  /** The whole body has arrived. */
  private volatile boolean ended;

  /** The container calls us when more arrives. */
  private volatile boolean listening;

  /** @param length that the client gave; -1 if it gave none */
  Body(Calls calls, long length, int maxBytes) {
    this.calls = calls;
    this.length = length;
    this.maxBytes = maxBytes;
  }

  /** Returns whether a request has a body; it need not have arrived yet. */
  static boolean declared(HttpServletRequest request) {
    return DeclaredBody.in(request.getContentLengthLong(), request.getHeader("Transfer-Encoding"));
  }

  /** Returns a stage with the body once it has arrived; it may fail with a {@link Refusal}. */
  CompletionStage<String> text() {
    return text;
  }

  boolean ended() {
    return ended;
  }

  /** Returns whether more must arrive before the call can go on. */
  boolean missing() {
    return !text.isDone();
  }

  /**
   * Takes what has already arrived. Takes nothing if the client gave no length: then Tomcat would
   * wait for the rest of a chunk's header.
   */
  void takeWhatIsThere(ServletInputStream in) throws IOException {
    synchronized (this) {
      while (size < length && in.available() > 0) {
        take(in);
      }
      ended = size == length;
    }
    if (ended) {
      finish();
    }
  }

  /** Reads the whole body on the calling thread, for when the container can do nothing else. */
  void takeAll(ServletInputStream in) throws IOException {
    synchronized (this) {
      while (!ended && size <= maxBytes) {
        ended = !take(in);
      }
    }
    finish();
  }

  /** Asks the container to call whenever more has arrived. */
  void listen(ServletInputStream in) {
    synchronized (this) {
      if (!calls.take(WAITING + (long) bytes.length)) {
        text.completeExceptionally(noRoom());
        return;
      }
      taken = WAITING + (long) bytes.length;
    }
    listening = true;
    in.setReadListener(new Coming(in));
  }

  /** Stops waiting for the rest, because the time for the body is over. */
  void late() {
    boolean large;
    synchronized (this) {
      large = size > maxBytes;
    }
    text.completeExceptionally(
        large ? Refusal.tooLarge(maxBytes) : Refusal.late(calls.bodyTimeout().toMillis()));
  }

  /** Gives back what it holds of the shared room. */
  synchronized void give() {
    calls.give(Math.max(0, taken));
    taken = -1;
    bytes = new byte[0];
  }

  /** Reads once; returns false at the end. */
  @GuardedBy("this")
  private boolean take(ServletInputStream in) throws IOException {
    if (size > maxBytes) {
      int n = in.read(bytes); // thrown away
      size += Math.max(0, n);
      return n >= 0;
    }
    if (size == bytes.length) {
      grow();
    }
    int n = in.read(bytes, size, bytes.length - size);
    size += Math.max(0, n);
    return n >= 0;
  }

  /** Grows to at most one byte more than allowed, to notice either a byte too many or the end. */
  @GuardedBy("this")
  private void grow() {
    long most = 1 + (length < 0 ? maxBytes : Math.min(length, maxBytes));
    int next = (int) Math.min(most, Math.max(FIRST, 2L * bytes.length));
    if (listening) {
      if (taken < 0 || !calls.take(next - bytes.length)) {
        throw noRoom();
      }
      taken += next - bytes.length;
    }
    bytes = Arrays.copyOf(bytes, next);
  }

  private static Refusal noRoom() {
    return Refusal.busy("body", "cannot be taken now: too many are under way");
  }

  private void finish() {
    try {
      text.complete(decoded());
    } catch (Refusal refusal) {
      text.completeExceptionally(refusal);
    }
  }

  private synchronized String decoded() {
    if (size > maxBytes) {
      throw Refusal.tooLarge(maxBytes);
    }
    try {
      return JsonText.withoutMark(StrictUtf8.decode(bytes, size));
    } catch (CharacterCodingException e) {
      throw Refusal.badRequest("body", "must be UTF-8");
    }
  }

  /** Called by the container, one call at a time. */
  private final class Coming implements ReadListener {
    private final ServletInputStream in;

    Coming(ServletInputStream in) {
      this.in = in;
    }

    @Override
    public void onDataAvailable() throws IOException {
      try {
        while (missing() && in.isReady()) {
          synchronized (Body.this) {
            if (taken < 0 || !take(in)) {
              return; // at the end onAllDataRead is called
            }
            if (size > maxBytes + THROWN_AWAY) {
              throw Refusal.tooLarge(maxBytes);
            }
          }
        }
      } catch (Refusal refusal) {
        text.completeExceptionally(refusal);
      }
    }

    @Override
    public void onAllDataRead() {
      ended = true;
      finish();
    }

    /** The client is gone, or the container thinks so: nobody waits for an answer. */
    @Override
    public void onError(Throwable failure) {
      give();
    }
  }
}
