package io.heartline.store.file;

import java.io.IOException;
import java.nio.file.Path;

/** The heap cannot hold what a store has. Says what to do; the files are as they were. */
public final class TooLarge extends IOException {
  private static final long serialVersionUID = 1L;

  private static final int MEBIBYTE = 20;

  /** @param memory for all publications */
  TooLarge(Path directory, long memory) {
    super("the heap of " + (Runtime.getRuntime().maxMemory() >> MEBIBYTE)
        + "MiB is too small to read the store in " + directory + ": give it more (-Xmx), or lower"
        + " heartline.memory (" + (memory >> MEBIBYTE) + "MiB), heartline.channels or"
        + " heartline.publish.ids. Nothing was changed, nothing is lost");
  }
}
