package io.heartline.transport.sockjs;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.model.Room;
import io.heartline.protocol.DeclaredBody;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * The body of one request, read without holding a thread: what has arrived is taken at once, and
 * the rest whenever the container calls. Bytes are counted as they arrive.
 */
final class SentBody {
  /** How a body ended that did not arrive whole. */
  enum Problem {
    TOO_LARGE,
    LATE,
    NO_ROOM,
    BROKEN_OFF
  }

  /** Told once how it ended; answers the request. */
  interface Answer {
    void arrived(byte[] body) throws IOException;

    void failed(Problem problem) throws IOException;
  }

  private static final int PART = 4 * 1024;

  private final int maxBytes;

  /** Bytes taken from the room. */
  private final long taken;

  private final Room room;
  private final Answer answer;
  private final AsyncContext context;
  private final ServletInputStream in;

  @GuardedBy("this")
  private final ByteArrayOutputStream bytes;

  /** Answered; nothing more is read. */
  @GuardedBy("this")
  private boolean over;

  private SentBody(
      int maxBytes,
      long taken,
      Room room,
      Answer answer,
      AsyncContext context,
      ServletInputStream in,
      ByteArrayOutputStream bytes) {
    this.maxBytes = maxBytes;
    this.taken = taken;
    this.room = room;
    this.answer = answer;
    this.context = context;
    this.in = in;
    this.bytes = bytes;
  }

  /** Returns whether a request has a body; it need not have arrived yet. */
  static boolean declared(HttpServletRequest request) {
    return DeclaredBody.in(request.getContentLengthLong(), request.getHeader("Transfer-Encoding"));
  }

  /**
   * Reads the body of a request and then answers it, now or later.
   *
   * @param timeoutMillis how long the body may take
   */
  static void read(
      HttpServletRequest request, int maxBytes, Room room, long timeoutMillis, Answer answer)
      throws IOException {
    long length = declared(request) ? request.getContentLengthLong() : 0;
    if (length > maxBytes) {
      answer.failed(Problem.TOO_LARGE);
      return;
    }
    ServletInputStream in = request.getInputStream();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) Math.max(0, length));
    byte[] part = new byte[(int) (length < 0 ? PART : Math.min(PART, Math.max(1, length)))];
    // Without a length Tomcat would wait for the rest of a chunk's header.
    while (bytes.size() < length && in.available() > 0) {
      int n = in.read(part, 0, (int) Math.min(part.length, length - bytes.size()));
      if (n < 0) {
        break;
      }
      bytes.write(part, 0, n);
    }
    if (bytes.size() == length) {
      answer.arrived(bytes.toByteArray());
      return;
    }
    long taken = PART + (length < 0 ? maxBytes : length);
    if (!room.take(taken)) {
      answer.failed(Problem.NO_ROOM);
      return;
    }
    AsyncContext context = request.startAsync();
    context.setTimeout(timeoutMillis);
    SentBody body = new SentBody(maxBytes, taken, room, answer, context, in, bytes);
    context.addListener(body.new Ends());
    in.setReadListener(body.new Coming());
  }

  /** Answers, unless that has been done. */
  private void end(Consumer<SentBody> how) {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
    }
    room.give(taken);
    how.accept(this);
  }

  private void arrived() {
    try {
      byte[] whole;
      synchronized (this) {
        whole = bytes.toByteArray();
      }
      answer.arrived(whole);
    } catch (IOException e) {
      // the client has left: nobody waits for the answer
    } finally {
      context.complete();
    }
  }

  private void failed(Problem problem) {
    try {
      answer.failed(problem);
    } catch (IOException e) {
      // the client has left: nobody waits for the answer
    } finally {
      context.complete();
    }
  }

  private final class Coming implements ReadListener {
    @Override
    public void onDataAvailable() throws IOException {
      byte[] part = new byte[PART];
      while (in.isReady()) {
        int n = in.read(part);
        if (n < 0) {
          return; // onAllDataRead is called
        }
        boolean large;
        synchronized (SentBody.this) {
          if (over) {
            return;
          }
          bytes.write(part, 0, n);
          large = bytes.size() > maxBytes;
        }
        if (large) {
          end(body -> body.failed(Problem.TOO_LARGE));
          return;
        }
      }
    }

    @Override
    public void onAllDataRead() {
      end(SentBody::arrived);
    }

    @Override
    public void onError(Throwable failure) {
      end(body -> body.failed(Problem.BROKEN_OFF));
    }
  }

  private final class Ends implements AsyncListener {
    @Override
    public void onTimeout(AsyncEvent event) {
      end(body -> body.failed(Problem.LATE));
    }

    @Override
    public void onError(AsyncEvent event) {
      end(body -> body.failed(Problem.BROKEN_OFF));
    }

    @Override
    public void onComplete(AsyncEvent event) {
      end(body -> {});
    }

    @Override
    public void onStartAsync(AsyncEvent event) {}
  }
}
