package io.heartline.store.requests;

import io.heartline.engine.Draft;
import io.heartline.model.HeapSize;
import io.heartline.model.Position;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One call that waits for its commit.
 *
 * @param bytes of the heap that its data and its targets take; a text shared by several targets in
 *     a row is counted once
 */
public record Request(List<Draft> drafts, CompletableFuture<List<Position>> answer, long bytes) {
  public Request(List<Draft> drafts) {
    this(List.copyOf(drafts), new CompletableFuture<>(), bytes(drafts));
  }

  /** Roughly what a target takes besides its name, in bytes. */
  private static final int TARGET = 64;

  @SuppressWarnings("ReferenceEquality") // many targets share one text
  private static long bytes(List<Draft> drafts) {
    long bytes = 0;
    String last = "";
    String lastId = null;
    for (Draft draft : drafts) {
      bytes += TARGET + draft.channel().text().length();
      bytes += draft.data() == last ? 0 : HeapSize.of(draft.data());
      last = draft.data();
      String id = draft.id();
      bytes += id == null || id == lastId ? 0 : HeapSize.of(id);
      lastId = id;
    }
    return bytes;
  }
}
