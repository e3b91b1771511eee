package io.heartline.api;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes an answer as fast as its client takes it; the container calls when it takes more. */
final class Writing implements WriteListener {
  /** Bytes we hand to the container at a time: it copies what the socket does not take. */
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
   * @param deadline in nanoseconds, by the clock of {@code calls}
   * @param end called once, with null if everything is written, else with what went wrong
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
      throw new IOException("the client did not take the answer in time"); // it then closes
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
