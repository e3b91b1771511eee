package io.heartline.api;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The body of one request, as far as it has come: what is there at once is taken by the calling
 * thread, the rest whenever it comes, by the container's calls. It counts what comes: a length that
 * is not told, or told wrong, changes nothing.
 */
final class Body {
  /** What a call costs that waits for its client, beside the bytes. */
  private static final int WAITING = 16 * 1024;

  private static final int FIRST = 8 * 1024;

  /** What is read and thrown away of a body that is too large, for its client to see the answer. */
  private static final int THROWN_AWAY = 2 * 1024 * 1024;

  private final Calls calls;
  private final int maxBytes;

  /** -1 if it is not told. */
  private final long length;

  private final CompletableFuture<String> text = new CompletableFuture<>();

  @GuardedBy("this")
  private byte[] bytes = {};

  @GuardedBy("this")
  private int size;

  /** What was taken of the common room; -1 once that was given back. */
  @GuardedBy("this")
  private long taken;

  /** It came to its end. */
  private volatile boolean ended;

  /** The container calls us. */
  private volatile boolean listening;

  /** @param length -1 if it is not told */
  Body(Calls calls, long length, int maxBytes) {
    this.calls = calls;
    this.length = length;
    this.maxBytes = maxBytes;
  }

  /** Returns whether a request has a body, of which not all may have come. */
  static boolean declared(HttpServletRequest request) {
    long length = request.getContentLengthLong();
    return length > 0 || (length < 0 && request.getHeader("Transfer-Encoding") != null);
  }

  /** Completed once the body has come; fails with a {@link Refusal}. */
  CompletionStage<String> text() {
    return text;
  }

  boolean ended() {
    return ended;
  }

  /** Returns whether more must come before it can be decided about. */
  boolean missing() {
    return !text.isDone();
  }

  /**
   * Takes what has come already. Not where the length is not told: there Tomcat would wait for the
   * rest of a chunk's head.
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

  /** Reads it to its end on the calling thread, where the container can do nothing else. */
  void takeAll(ServletInputStream in) throws IOException {
    synchronized (this) {
      while (!ended && size <= maxBytes) {
        ended = !take(in);
      }
    }
    finish();
  }

  /** Has the container call whenever more has come. */
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

  /** Its time is over: what has not come is not waited for. */
  void late() {
    boolean large;
    synchronized (this) {
      large = size > maxBytes;
    }
    text.completeExceptionally(
        large ? Refusal.tooLarge(maxBytes) : Refusal.late(calls.bodyTimeout().toMillis()));
  }

  /** Gives back what it holds of the common room. */
  synchronized void give() {
    calls.give(Math.max(0, taken));
    taken = -1;
    bytes = new byte[0];
  }

  /** Reads once; returns false at the end. */
  @GuardedBy("this")
  private boolean take(ServletInputStream in) throws IOException {
    if (size > maxBytes) {
      int n = in.read(bytes); // to throw away
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

  /** One byte more than may come: to see that there are too many, or the end. */
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
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, 0, size))
          .toString();
    } catch (CharacterCodingException e) {
      throw Refusal.badRequest("body", "must be UTF-8");
    }
  }

  /** What the container calls, one call at a time. */
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
              return; // who has ended is told so
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

    /** The client is gone, or is gone for the container: nobody waits for an answer. */
    @Override
    public void onError(Throwable failure) {
      give();
    }
  }
}
