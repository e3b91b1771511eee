package io.heartline.model;

import java.util.Locale;

/** Why a position can no longer be served. */
public enum GapReason {
  /** What follows the position is no longer retained. */
  TRIMMED,
  /** The position belongs to another epoch: continuity was lost. */
  EPOCH,
  /** The log holds something else at this offset, because it was rewound. */
  DIVERGED,
  /** The position is not one of ours. */
  UNKNOWN;

  /** Returns the word used on the wire. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
