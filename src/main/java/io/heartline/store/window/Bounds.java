package io.heartline.store.window;

import io.heartline.log.Retention;
import io.heartline.log.RetentionRules;
import java.time.Duration;

/**
 * What all channels together may hold.
 *
 * @param retention what each may hold
 * @param bytes of memory in all publications together
 * @param names of channels
 * @param ids how many publishers' ids are remembered, and for how long
 */
public record Bounds(RetentionRules retention, long bytes, int names, IdBounds ids) {
  /**
   * How long publishers' ids are remembered.
   *
   * @param age since their publication
   * @param count of all channels together; the oldest goes first
   */
  public record IdBounds(Duration age, int count) {}

  /** The same retention for all channels, ids for an hour. */
  public Bounds(Retention retention, long bytes, int names) {
    this(new RetentionRules(retention), bytes, names, new IdBounds(Duration.ofHours(1), 10_000));
  }
}
