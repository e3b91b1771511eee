package io.heartline.api;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes an answer as far as its client takes it; the container calls when it takes more. */
final class Writing implements WriteListener {
  /** Given to the container at a time: it copies what the socket does not take. */
  private static final int PART = 8 * 1024;

  private final ServletOutputStream out;
  private final byte[] bytes;
  private final Calls calls;
  private final long deadline;
  private final Consumer<@Nullable Throwable> end;

  private int written;
  private boolean flushed;
  private boolean over;

  /**
   * @param deadline in nanoseconds of the calls' time
   * @param end told once, with null if all of it is written
   */
  Writing(
      ServletOutputStream out,
      byte[] bytes,
      Calls calls,
      long deadline,
      Consumer<@Nullable Throwable> end) {
    this.out = out;
    this.bytes = bytes;
    this.calls = calls;
    this.deadline = deadline;
    this.end = end;
  }

  @Override
  public void onWritePossible() throws IOException {
    if (calls.nanos() - deadline > 0) {
      throw new IOException("the answer was not taken in time"); // the container closes then
    }
    while (!over && out.isReady()) {
      if (written < bytes.length) {
        int part = Math.min(PART, bytes.length - written);
        out.write(bytes, written, part);
        written += part;
      } else if (!flushed) {
        flushed = true;
        out.flush();
      } else {
        end(null);
      }
    }
  }

  @Override
  public void onError(Throwable failure) {
    end(failure);
  }

  private void end(@Nullable Throwable failure) {
    if (!over) {
      over = true;
      end.accept(failure);
    }
  }
}
