package io.heartline.store.file;

import java.io.IOException;
import java.nio.file.Path;

/** The heap is too small for what a store holds. Says what to do. The files are unchanged. */
public final class TooLarge extends IOException {
  private static final long serialVersionUID = 1L;

  private static final int MEBIBYTE = 20;

  /** @param memory the bytes allowed for all publications */
  TooLarge(Path directory, long memory) {
    super("the heap of " + (Runtime.getRuntime().maxMemory() >> MEBIBYTE)
        + "MiB is too small to read the store in " + directory + ": give it more (-Xmx), or lower"
        + " heartline.memory (" + (memory >> MEBIBYTE) + "MiB), heartline.channels or"
        + " heartline.publish.ids. Nothing was changed and nothing is lost");
  }
}
