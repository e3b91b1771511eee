package io.heartline.store.file;

import java.io.IOException;
import java.nio.file.Path;

/** Another deployment already keeps its channels in the directory. */
public final class InUse extends IOException {
  private static final long serialVersionUID = 1L;

  InUse(Path directory, String holder) {
    super(directory + " is in use by " + holder
        + ". Two deployments cannot keep their channels in one directory: stop the other one, or set"
        + " heartline.data.dir to another directory for this one");
  }
}
