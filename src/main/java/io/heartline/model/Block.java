package io.heartline.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keeps somebody out for a while, although their credentials are right.
 *
 * @param status how a line of theirs is closed
 * @param untilMillis when it ends, in milliseconds since 1970
 */
public record Block(CloseStatus status, long untilMillis) {
  /** How lines may be closed for somebody who is kept out, by the word for it. */
  public static final Map<String, CloseStatus> STATUSES = statuses();

  private static Map<String, CloseStatus> statuses() {
    Map<String, CloseStatus> all = new LinkedHashMap<>();
    for (CloseStatus status :
        new CloseStatus[] {CloseStatus.KICKED, CloseStatus.BLOCKED, CloseStatus.LOGGED_OUT}) {
      all.put(status.cause().word(), status);
    }
    return Collections.unmodifiableMap(all);
  }

  /** Returns whether it keeps anybody out at a time, in milliseconds since 1970. */
  public boolean holds(long nowMillis) {
    return nowMillis < untilMillis;
  }
}
