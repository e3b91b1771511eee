package io.heartline.testing;

/** Cannot even be logged, as may happen where memory is short. */
public final class UnspeakableError extends Error {
  private static final long serialVersionUID = 1L;

  @Override
  public String toString() {
    throw new InternalError("as it is to be");
  }
}
