package io.heartline.store.redis.log;

import io.heartline.engine.Draft;
import io.heartline.model.HeapSize;
import io.heartline.model.Position;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The drafts of one call that belong to one partition, and who waits for their positions.
 *
 * @param bytes that they take on the way
 */
record Request(List<Draft> drafts, CompletableFuture<List<Position>> answer, long bytes) {
  /** Bytes that a draft takes besides its data. */
  private static final int DRAFT = 128;

  Request(List<Draft> drafts) {
    this(List.copyOf(drafts), new CompletableFuture<>(), bytes(drafts));
  }

  private static long bytes(List<Draft> drafts) {
    return drafts.stream().mapToLong(draft -> DRAFT + HeapSize.of(draft.data())).sum();
  }
}
