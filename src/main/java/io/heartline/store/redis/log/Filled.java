package io.heartline.store.redis.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the copies of all channels together within so many bytes of this node's memory. The one
 * least recently added to is trimmed first.
 */
final class Filled {
  private final long most;

  /** Those that hold publications, the least recently added to first. */
  @GuardedBy("this")
  private final Map<Followed, Long> bytes = new LinkedHashMap<>(16, 0.75f, true);

  @GuardedBy("this")
  private long all;

  Filled(long most) {
    this.most = most;
  }

  /** A copy has changed; called under no lock. */
  void changed(Followed followed) {
    account(followed, followed.bytes());
    for (Followed oldest = tooMuch(); oldest != null; oldest = tooMuch()) {
      oldest.dropOldest();
      account(oldest, oldest.bytes());
    }
  }

  private synchronized void account(Followed followed, long now) {
    Long before = now == 0 ? bytes.remove(followed) : bytes.put(followed, now);
    all += now - (before == null ? 0 : before);
  }

  private synchronized @Nullable Followed tooMuch() {
    return all > most && !bytes.isEmpty() ? bytes.keySet().iterator().next() : null;
  }

  /** It is no longer kept. */
  synchronized void remove(Followed followed) {
    Long before = bytes.remove(followed);
    all -= before == null ? 0 : before;
  }

  synchronized long bytes() {
    return all;
  }
}
