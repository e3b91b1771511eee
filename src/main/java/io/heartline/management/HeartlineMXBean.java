package io.heartline.management;

/**
 * One deployment of Heartline. Each figure is a snapshot taken on its own, so figures read together
 * need not add up. Counts start at deployment. A value set here lasts until the next start; to keep
 * it, set the matching property.
 */
public interface HeartlineMXBean {
  /**
   * Returns whether new lines are accepted: false once the node drains or stops, and while it does
   * not see Redis, if that is the store. Publications are still accepted while it drains.
   */
  boolean isReady();

  /**
   * Returns whether publications are taken: false while the disk is full or {@code heartline.disk}
   * is reached, and for good once the store has failed. Lines go on meanwhile.
   */
  boolean isPublishing();

  /** Returns why publications are refused now; empty if they are taken. */
  String getProblem();

  /** Returns how many nodes live, as far as this one knows; 1 if it has no others. */
  int getNodes();

  /**
   * Returns whether this node can use Redis, and the other nodes know that it lives. True if the
   * store is not Redis.
   */
  boolean isRedisSeen();

  /**
   * Returns since when {@link #isRedisSeen} is as it is, in milliseconds since 1970; 0 if the store
   * is not Redis.
   */
  long getRedisSinceMillis();

  /** Returns how many messages of other nodes were not understood: they run another release. */
  long getStrangeMessages();

  /** Returns how many lines are open now. */
  int getLines();

  /**
   * Returns how many users have a line open now. Anonymous lines are not counted. Walks all lines,
   * so do not ask often.
   */
  long getUsers();

  /**
   * Returns how many seats are taken, or still remembered because they changed hands recently. If
   * nodes share the seats: how many lines of this node have one.
   */
  int getSeats();

  /** Returns how many channels have at least one reader now. */
  int getChannels();

  /** Returns how many lines were opened. */
  long getLinesOpened();

  /** Returns how many publications were accepted, counted once per channel. */
  long getPublications();

  /**
   * Returns how many publications were handed to the network, counted once per channel and line.
   */
  long getDeliveries();

  /**
   * Returns how many writes there were. One write carries everything that was due for a line at
   * that moment.
   */
  long getWrites();

  /** Returns how many beats were sent, in text or as protocol pings. */
  long getBeats();

  /**
   * Returns the largest number of publications that any line has yet to read. Walks all lines and
   * their channels, so do not ask often.
   */
  long getMaxLag();

  /** Returns how many threads are stuck now in a write to a peer that does not read. */
  int getStuckWriters();

  /**
   * Returns how many lines are gone, by close code, such as {@code 1001=5 4500=3}. 1006 means
   * without a close; 1001 is mostly pages that the user left. One text, since Tomcat's JMX proxy
   * cannot show lists.
   */
  String getClosedByCode();

  /**
   * Returns how many lines we closed, by cause, such as {@code no-progress=3 replaced=1}. Several
   * causes share one close code.
   */
  String getClosedByCause();

  /**
   * Returns how many requests were turned away before they became lines or publications, by the
   * limit, such as {@code address-pace=12 pace=3}.
   */
  String getTurnedAway();

  /** Returns how many client commands were refused. */
  long getRefusedCommands();

  /** Returns how often a line ran into a full socket after it had been writing freely. */
  long getSlowdowns();

  /**
   * Returns how often a line had to wait for more of what was published before it subscribed, as
   * {@code heartline.catch-up} says.
   */
  long getCatchUpWaits();

  /** Returns what the encoded texts of all channels take in the heap now, in bytes. */
  long getEncodedBytes();

  /**
   * Returns how long a line may be silent in either direction before we send it a beat, in
   * milliseconds. Does not apply to {@code /wss}.
   */
  long getBeatMillis();

  /**
   * Sets the beat, at least 1000. Open lines adopt it at their next check; pages keep the value
   * from their welcome.
   */
  void setBeatMillis(long millis);

  /** Returns the grace: how long the answer to a beat may take, in milliseconds. */
  long getGraceMillis();

  /** Sets the grace, at least 1000. */
  void setGraceMillis(long millis);

  /** Returns how many lines may be open. Beyond that, new ones are answered 503. */
  int getMaxLines();

  /** Sets that limit, at least 1. Lines that are already open stay. */
  void setMaxLines(int lines);

  /** Returns how many channels a line may read. */
  int getMaxChannelsPerLine();

  /** Sets that limit, at least 1, for lines opened from now on. */
  void setMaxChannelsPerLine(int channels);

  /**
   * Closes all lines of a user with 4501, on all nodes that answer within a second. Their pages
   * stay away until they are reloaded.
   *
   * @return how many lines were closed
   */
  int disconnectUser(String user);

  /**
   * Publishes to a channel.
   *
   * @param data JSON; anything else is published as a string
   * @return the position
   */
  String publish(String channel, String data);

  /**
   * Takes all lines off this node. It is not ready from now on. Each line is told when to come back
   * and is closed then, spread over the window. {@link #undrain} ends this.
   *
   * @return how many lines were told
   */
  int drain(int windowSeconds);

  /**
   * Ends a drain: new lines are accepted again. Lines that were told to come back elsewhere still
   * leave.
   *
   * @return whether the node was draining
   */
  boolean undrain();
}
