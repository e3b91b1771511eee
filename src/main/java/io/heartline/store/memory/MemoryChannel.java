package io.heartline.store.memory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.log.ChannelLog;
import io.heartline.log.From;
import io.heartline.log.Reading;
import io.heartline.log.Retention;
import io.heartline.log.Start;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;

/** One channel's log and the lock that guards it. */
final class MemoryChannel {
  /** @param grownBy bytes of memory; negative if more was trimmed than appended */
  record Appended(Position position, long grownBy) {}

  private final ChannelName name;

  @GuardedBy("this")
  private final ChannelLog log;

  /** How many use it now; guarded by the store. */
  int pins;

  MemoryChannel(ChannelName name, String epoch) {
    this.name = name;
    log = new ChannelLog(epoch);
  }

  ChannelName name() {
    return name;
  }

  synchronized Appended append(String data, long epochMicros, Retention retention) {
    long before = log.bytes();
    Position position = log.append(data, epochMicros).position();
    log.trim(retention, epochMicros);
    return new Appended(position, log.bytes() - before);
  }

  /** Returns how many bytes went. */
  synchronized long trim(Retention retention, long epochMicros) {
    long before = log.bytes();
    log.trim(retention, epochMicros);
    return before - log.bytes();
  }

  /** Returns how many bytes went; 0 if there is nothing to drop. */
  synchronized long dropOldest() {
    long before = log.bytes();
    if (!log.isEmpty()) {
      log.dropOldest();
    }
    return before - log.bytes();
  }

  synchronized long bytes() {
    return log.bytes();
  }

  synchronized boolean neverUsed() {
    return log.head().offset() == 0;
  }

  synchronized Position head() {
    return log.head();
  }

  synchronized Start start(From from) {
    return log.start(from);
  }

  synchronized Reading read(Position after, int maxBytes) {
    return log.read(after, maxBytes);
  }
}
