package io.heartline.management;

/**
 * One deployment of Heartline. Figures are snapshots, each taken by itself: read together they need
 * not add up. Counts begin with the deployment. What is set here holds until the next start; to
 * keep it, set the property of the same meaning.
 */
public interface HeartlineMXBean {
  /**
   * Returns whether lines are let in: false once it drains or stops. Publications are taken while
   * it drains.
   */
  boolean isReady();

  /** Returns how many lines are open now. */
  int getLines();

  /**
   * Returns how many users have a line open now; anonymous lines count for nobody. Walks all lines:
   * ask seldom.
   */
  long getUsers();

  /** Returns how many seats are taken, or remembered because they changed hands lately. */
  int getSeats();

  /** Returns how many channels are read by somebody now. */
  int getChannels();

  /** Returns how many lines were let in. */
  long getLinesOpened();

  /** Returns how many publications were taken, one per channel. */
  long getPublications();

  /** Returns how many publications were handed to the network, one per channel and line. */
  long getDeliveries();

  /**
   * Returns how many writes there were; one write carries all that a line has to be told at that
   * moment.
   */
  long getWrites();

  /** Returns how many beats were sent, in text or as protocol pings. */
  long getBeats();

  /**
   * Returns how many publications the line that lags most has not read. Walks all lines and their
   * channels: ask seldom.
   */
  long getMaxLag();

  /** Returns how many threads hang in a write to a peer that does not read, now. */
  int getStuckWriters();

  /**
   * Returns how many lines ended, by close code, as {@code 4500=3}; 1006: without a close, 1001:
   * mostly pages that were left.
   */
  String[] getClosedByCode();

  /**
   * Returns how many lines we closed, by cause, as {@code no-progress=3}: several causes share a
   * close code.
   */
  String[] getClosedByCause();

  /** Returns how many commands of clients were refused. */
  long getRefusedCommands();

  /** Returns how often a line met a full socket after it had met none. */
  long getSlowdowns();

  /**
   * Returns how long a line may be silent in either direction before it is sent a beat, in
   * milliseconds; not at {@code /wss}.
   */
  long getBeatMillis();

  /**
   * Sets the same, at least 1000; open lines follow at their next look at the clock, pages keep
   * what their welcome said.
   */
  void setBeatMillis(long millis);

  /** Returns how long the answer to a beat may take, in milliseconds. */
  long getGraceMillis();

  /** Sets the same, at least 1000. */
  void setGraceMillis(long millis);

  /** Returns how many lines may be open; more are answered 503. */
  int getMaxLines();

  /** Sets the same, at least 1; lines that are open stay. */
  void setMaxLines(int lines);

  /** Returns how many channels a line may read. */
  int getMaxChannelsPerLine();

  /** Sets the same, at least 1, for lines that open from now on. */
  void setMaxChannelsPerLine(int channels);

  /**
   * Closes all lines of a user with 4501: his pages stay away until they are loaded anew.
   *
   * @return how many lines
   */
  int disconnectUser(String user);

  /**
   * Publishes to a channel.
   *
   * @param data JSON; what is no JSON is taken as a text
   * @return the position
   */
  String publish(String channel, String data);

  /**
   * Takes all lines off this node: not ready from now on, each line told when to come back and
   * closed then, spread over the window. There is no way back but a restart.
   *
   * @return how many lines were told
   */
  int drain(int windowSeconds);
}
