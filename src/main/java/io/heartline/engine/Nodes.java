package io.heartline.engine;

import io.heartline.model.CloseStatus;
import java.util.concurrent.CompletionStage;

/** Reaches the holders of seats, on whatever node their lines are. Called under no lock. */
public interface Nodes {
  /** Closes the holder's line; does nothing if it is gone. Does not wait for the close. */
  void close(Holder holder, CloseStatus status);

  /**
   * Asks for a sign of life.
   *
   * @return whether the line lives: false if it is gone or ending, or did not answer in time. Never
   *     fails, always answers, and does so on a thread that holds no lock
   */
  CompletionStage<Boolean> probe(Holder holder);
}
