package io.heartline.management;

import io.heartline.engine.Blocks;
import io.heartline.engine.Cluster;
import io.heartline.engine.Door;
import io.heartline.engine.Draft;
import io.heartline.engine.Engine;
import io.heartline.engine.Target;
import io.heartline.model.ChannelName;
import io.heartline.model.CloseStatus;
import io.heartline.model.OneLine;
import io.heartline.model.User;
import io.heartline.protocol.JsonText;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Shows an engine to JMX. Each operation, and each value that is set, leaves one line in the log:
 * who asked cannot be known, but what was asked and what came of it can.
 */
final class EngineBean implements HeartlineMXBean {
  /** The logger's name, which operators use in their configuration. */
  static final String NAME = "io.heartline.jmx";

  private static final long MIN_MILLIS = 1_000;
  private static final int MAX_WINDOW_SECONDS = 3_600;

  private final Engine engine;
  private final Cluster cluster;
  private final List<Door> doors;
  private final Logger log;

  /** @param doors the doors whose beat can be set */
  EngineBean(Engine engine, Cluster cluster, Collection<Door> doors) {
    this(engine, cluster, doors, System.getLogger(NAME));
  }

  EngineBean(Engine engine, Cluster cluster, Collection<Door> doors, Logger log) {
    this.engine = engine;
    this.cluster = cluster;
    this.doors = List.copyOf(doors);
    this.log = log;
  }

  /**
   * Does what was asked, and logs it with what came of it.
   *
   * @param asked in one line, without what is published
   */
  private <T> T logged(String asked, Supplier<T> operation) {
    try {
      T result = operation.get();
      log.log(Level.INFO, () -> "JMX: " + asked + ": " + result);
      return result;
    } catch (RuntimeException e) {
      log.log(Level.INFO, () -> "JMX: " + asked + " was refused: " + OneLine.of(e.getMessage()));
      throw e;
    }
  }

  private void set(String attribute, long value, Runnable setting) {
    logged("set " + attribute, () -> {
      setting.run();
      return value;
    });
  }

  @Override
  public boolean isReady() {
    return engine.ready() && cluster.ready();
  }

  @Override
  public int getNodes() {
    return cluster.nodes();
  }

  @Override
  public boolean isRedisSeen() {
    return cluster.seesShared();
  }

  @Override
  public long getRedisSinceMillis() {
    return cluster.seesSharedSinceMillis();
  }

  @Override
  public long getStrangeMessages() {
    return cluster.strange();
  }

  @Override
  public boolean isPublishing() {
    return engine.problem().isEmpty();
  }

  @Override
  public String getProblem() {
    return engine.problem().orElse("");
  }

  @Override
  public int getLines() {
    return engine.lines();
  }

  @Override
  public long getUsers() {
    return engine.users();
  }

  @Override
  public int getSeats() {
    return engine.seatsTaken();
  }

  @Override
  public int getChannels() {
    return engine.channels();
  }

  @Override
  public long getLinesOpened() {
    return engine.statistics().opened();
  }

  @Override
  public long getPublications() {
    return engine.statistics().published();
  }

  @Override
  public long getDeliveries() {
    return engine.statistics().delivered();
  }

  @Override
  public long getWrites() {
    return engine.statistics().writes();
  }

  @Override
  public long getBeats() {
    return engine.statistics().beats();
  }

  @Override
  public long getMaxLag() {
    return engine.maxLag();
  }

  @Override
  public int getStuckWriters() {
    return engine.stuckWriters();
  }

  @Override
  public String getClosedByCode() {
    return counts(engine.statistics().closed());
  }

  @Override
  public String getClosedByCause() {
    return counts(engine.statistics().causes());
  }

  @Override
  public String getTurnedAway() {
    return counts(engine.statistics().turnedAway());
  }

  @Override
  public long getRefusedCommands() {
    return engine.statistics().refused();
  }

  @Override
  public long getSlowdowns() {
    return engine.statistics().slow();
  }

  @Override
  public long getCatchUpWaits() {
    return engine.statistics().held();
  }

  @Override
  public long getEncodedBytes() {
    return engine.textBytes();
  }

  private static String counts(Map<?, Long> counted) {
    return counted.entrySet().stream()
        .map(count -> count.getKey() + "=" + count.getValue())
        .collect(Collectors.joining(" "));
  }

  @Override
  public long getBeatMillis() {
    return engine.beat(doors.get(0)).toMillis();
  }

  @Override
  public void setBeatMillis(long millis) {
    set("BeatMillis", millis, () -> {
      Duration beat = Duration.ofMillis(atLeast("BeatMillis", MIN_MILLIS, millis));
      doors.forEach(door -> engine.beat(door, beat));
    });
  }

  @Override
  public long getGraceMillis() {
    return engine.limits().grace().toMillis();
  }

  @Override
  public void setGraceMillis(long millis) {
    set("GraceMillis", millis, () -> {
      Duration grace = Duration.ofMillis(atLeast("GraceMillis", MIN_MILLIS, millis));
      engine.limits(engine.limits().withGrace(grace));
    });
  }

  @Override
  public int getMaxLines() {
    return engine.limits().lines();
  }

  @Override
  public void setMaxLines(int lines) {
    set(
        "MaxLines",
        lines,
        () -> engine.limits(engine.limits().withLines((int) atLeast("MaxLines", 1, lines))));
  }

  @Override
  public int getMaxChannelsPerLine() {
    return engine.limits().channels();
  }

  @Override
  public void setMaxChannelsPerLine(int channels) {
    set(
        "MaxChannelsPerLine",
        channels,
        () -> engine.limits(
            engine.limits().withChannels((int) atLeast("MaxChannelsPerLine", 1, channels))));
  }

  @Override
  public int disconnectUser(String user) {
    return logged("disconnectUser(" + OneLine.of(user) + ")", () -> {
      String problem = User.problem(user);
      if (problem != null) {
        throw new IllegalArgumentException("user " + problem);
      }
      Target target = new Target.Known(new Blocks.Whom.OneUser(new User(user)));
      return cluster
          .close(target, CloseStatus.KICKED)
          .toCompletableFuture()
          .join() // within a second
          .lines();
    });
  }

  @Override
  public String publish(String channel, String data) {
    return logged("publish(" + OneLine.of(channel) + ")", () -> {
      String problem = ChannelName.problem(channel);
      if (problem != null) {
        throw new IllegalArgumentException("channel " + problem);
      }
      Draft draft = new Draft(new ChannelName(channel), JsonText.valueOrQuoted(data));
      try {
        return engine
            .publish(List.of(draft))
            .toCompletableFuture()
            .join()
            .get(0)
            .toString();
      } catch (CompletionException e) { // consoles do not have the class of its cause
        throw new IllegalStateException("cannot be published now: " + e.getMessage());
      }
    });
  }

  @Override
  public int drain(int windowSeconds) {
    return logged("drain(" + windowSeconds + ")", () -> {
      if (windowSeconds < 0 || windowSeconds > MAX_WINDOW_SECONDS) {
        throw new IllegalArgumentException(
            "windowSeconds must be between 0 and " + MAX_WINDOW_SECONDS + ": " + windowSeconds);
      }
      return engine.drain(Duration.ofSeconds(windowSeconds));
    });
  }

  @Override
  public boolean undrain() {
    return logged("undrain()", engine::undrain);
  }

  private static long atLeast(String attribute, long floor, long value) {
    if (value < floor) {
      throw new IllegalArgumentException(attribute + " must be at least " + floor + ": " + value);
    }
    return value;
  }
}
