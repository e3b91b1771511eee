package io.heartline.browser;

import java.io.IOException;
import java.nio.file.Path;

/** The browsers that can be had here. */
enum Make {
  CHROMIUM,
  FIREFOX;

  /** @param profile a folder that does not exist yet */
  Browser start(Path profile) throws IOException {
    return this == CHROMIUM ? Chromium.start(profile) : Firefox.start(profile);
  }
}
