package io.heartline.store.window;

import io.heartline.log.Retention;
import io.heartline.log.RetentionRules;
import java.time.Duration;

/**
 * How much all channels together may hold.
 *
 * @param retention how much each channel may hold
 * @param bytes of memory that all publications together may take
 * @param names how many channels there may be
 * @param ids how many publishers' ids are remembered, and for how long
 */
public record Bounds(RetentionRules retention, long bytes, int names, IdBounds ids) {
  /**
   * How many publishers' ids are remembered, and for how long.
   *
   * @param age how long after their publication
   * @param count in all channels together; the oldest are forgotten first
   */
  public record IdBounds(Duration age, int count) {}

  /** The same retention for all channels; 10,000 ids are remembered for an hour. */
  public Bounds(Retention retention, long bytes, int names) {
    this(new RetentionRules(retention), bytes, names, new IdBounds(Duration.ofHours(1), 10_000));
  }
}
