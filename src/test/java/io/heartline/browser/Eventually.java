package io.heartline.browser;

import io.heartline.testing.RunningWar;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for what must come true sooner or later. */
final class Eventually {
  private static final long LOOK_EVERY_MILLIS = 50;

  private Eventually() {}

  /** Looks until {@code good}, and returns what it saw then. */
  static <T> T await(String what, Supplier<T> look, Predicate<? super T> good) {
    long deadline = System.nanoTime() + RunningWar.PATIENCE.toNanos();
    while (true) {
      T seen = look.get();
      if (good.test(seen)) {
        return seen;
      }
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("never " + what + "; at last: " + seen);
      }
      pause(LOOK_EVERY_MILLIS);
    }
  }

  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
