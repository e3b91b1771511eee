package io.heartline.store.redis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How Redis is used.
 *
 * @param password null if it asks for none
 * @param prefix what all our keys begin with, such as {@code hl:}
 * @param cluster the name of the cluster that the nodes with these keys form
 * @param partitions into how many parts the channels are divided; each part is one slot of a Redis
 *     Cluster, and each has connections and threads of its own
 * @param timeout how long a command may take, and a connection to come about
 * @param calls how many threads ask at a time
 * @param waiting how many questions may wait for a thread
 */
public record RedisOptions(
    @Nullable String password,
    String prefix,
    String cluster,
    int partitions,
    Duration timeout,
    int calls,
    int waiting) {
  /** Returns these with another password. */
  public RedisOptions withPassword(@Nullable String other) {
    return new RedisOptions(other, prefix, cluster, partitions, timeout, calls, waiting);
  }

  /** Returns what the keys of a partition begin with. */
  String keys(int partition) {
    return prefix + '{' + partition + "}:";
  }

  @Override
  public String toString() {
    return "RedisOptions[" + prefix + ", " + cluster + ", " + partitions + ", " + timeout + ']';
  }
}
