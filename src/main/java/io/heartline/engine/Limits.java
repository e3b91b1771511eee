package io.heartline.engine;

import io.heartline.model.Rate;
import java.time.Duration;

/**
 * What one line may cost and how long things may take.
 *
 * @param grace how long the answer to a beat may take
 * @param probe how long a seat's holder may take to answer a probe
 * @param firstFrame how long a page may take to begin the conversation
 * @param noProgress how long a write may make no progress
 * @param closing how long a close may wait for the write under way
 * @param channels how many channels a line may read
 * @param messageBytes the largest message of a client
 * @param writeChars the most text in one write, unless one publication is longer
 * @param rotateMin the shortest life of a native line
 * @param rotateMax the longest life of a native line
 * @param drain the window over which lines come back when the server stops
 * @param lines how many lines may be open at a time
 * @param flow how much may go through a line
 */
public record Limits(
    Duration grace,
    Duration probe,
    Duration firstFrame,
    Duration noProgress,
    Duration closing,
    int channels,
    int messageBytes,
    int writeChars,
    Duration rotateMin,
    Duration rotateMax,
    Duration drain,
    int lines,
    Flow flow) {
  /**
   * How much may go through a line in a time.
   *
   * @param ownCatchUp how much a line is sent of what was published before it subscribed, in bytes,
   *     before it takes from what it shares
   * @param catchUp the same for the lines of one user or address together, beyond that
   * @param messages how many commands a client may send
   * @param bytes how much it may send, in bytes
   * @param linesOfUser how many lines a user may have
   */
  public record Flow(long ownCatchUp, Rate catchUp, Rate messages, Rate bytes, int linesOfUser) {
    /** All that anybody likes. */
    public static final Flow UNLIMITED =
        new Flow(0, Rate.UNLIMITED, Rate.UNLIMITED, Rate.UNLIMITED, Integer.MAX_VALUE);
  }

  /** Returns these limits with another grace. */
  public Limits withGrace(Duration other) {
    return with(other, channels, lines);
  }

  /** Returns these limits with another number of lines. */
  public Limits withLines(int other) {
    return with(grace, channels, other);
  }

  /** Returns these limits with another number of channels per line. */
  public Limits withChannels(int other) {
    return with(grace, other, lines);
  }

  /** Returns these limits with other values where they can be set at run time. */
  private Limits with(Duration grace, int channels, int lines) {
    return new Limits(
        grace,
        probe,
        firstFrame,
        noProgress,
        closing,
        channels,
        messageBytes,
        writeChars,
        rotateMin,
        rotateMax,
        drain,
        lines,
        flow);
  }
}
