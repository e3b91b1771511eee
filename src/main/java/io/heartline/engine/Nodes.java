package io.heartline.engine;

import java.util.concurrent.CompletionStage;

/** Reaches the holders of seats, on whatever node their lines are. Called under no lock. */
public interface Nodes {
  /**
   * Closes the holder's line because a newer one has its seat. Does nothing if the line is gone, or
   * if it sits by that claim or a newer one. Does not wait for the close.
   *
   * @param by the number of the newer claim
   */
  void replaced(Holder holder, long by);

  /** Closes the line of a holder that did not answer; does nothing if it is gone. */
  void silent(Holder holder);

  /**
   * Asks for a sign of life.
   *
   * @return whether the line lives: false if it is gone or ending, or did not answer in time. Never
   *     fails, always answers, and does so on a thread that holds no lock
   */
  CompletionStage<Boolean> probe(Holder holder);
}
