package io.heartline.bootstrap;

import io.heartline.api.Calls;
import io.heartline.api.HttpCallback;
import io.heartline.bootstrap.settings.Settings;
import io.heartline.engine.Blocks;
import io.heartline.engine.CallbackLog;
import io.heartline.engine.Cluster;
import io.heartline.engine.Door;
import io.heartline.engine.Engine;
import io.heartline.engine.Limits;
import io.heartline.engine.LineLog;
import io.heartline.engine.SeatPolicy;
import io.heartline.engine.Store;
import io.heartline.engine.Timers;
import io.heartline.engine.Unfinished;
import io.heartline.log.RetentionRules;
import io.heartline.management.ContainerThreads;
import io.heartline.model.ChannelName;
import io.heartline.model.TimeSource;
import io.heartline.protocol.Protocol;
import io.heartline.protocol.json.EventsProtocol;
import io.heartline.protocol.json.JsonProtocol;
import io.heartline.protocol.stomp.StompProtocol;
import io.heartline.protocol.text.RawProtocol;
import io.heartline.security.Networks;
import io.heartline.security.RefusalLog;
import io.heartline.security.Refused;
import io.heartline.security.RightsRule;
import io.heartline.security.Turnstile;
import io.heartline.transport.session.SessionLines;
import io.heartline.transport.session.SessionPolicy;
import io.heartline.transport.sse.EventsServlet;
import io.heartline.transport.websocket.LineEndpoint;
import io.heartline.transport.websocket.MiniProgramEndpoint;
import io.heartline.transport.websocket.StompEndpoint;
import io.heartline.transport.websocket.UpdatesEndpoint;
import io.heartline.transport.websocket.UserChannelEndpoint;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The objects of one deployment, created from its settings, started and stopped together. */
final class Application {
  private static final Logger LOG = System.getLogger(Application.class.getName());

  /** How long a stop waits until all lines are closed. */
  private static final Duration STOP = Duration.ofSeconds(10);

  /** How long a stop waits after that until all threads have ended. */
  private static final Duration END = Duration.ofSeconds(5);

  /** How often HTTP sessions are checked. */
  private static final Duration TEND = Duration.ofSeconds(1);

  /** The greeting that the founding mini program's server sends. */
  private static final String GREETING = "Server: 收到我的消息了嘛";

  private static final ChannelName UPDATES = new ChannelName("updates");

  private static final int SPARES = 64;

  /** How many closes may be under way at the same time. */
  private static final int CLOSERS = 16;

  private final Access access;
  private final Outside outside;
  private final TimeSource time;
  private final RefusalLog refusals;
  private final Refused refused;
  private final Turnstile turnstile;
  private final LineLog lineLog;
  private final NamedThreads threads;
  private final ThreadPoolExecutor closers;

  /** What is shared with other nodes; null if there are none. */
  private final @Nullable SharedRedis shared;

  private final Store store;
  private final Engine engine;
  private final TimerThread timers;

  /**
   * When HTTP sessions and the file of keys are checked and the logs are told what was only
   * counted, by a thread of their own: a container may have to wait for where it keeps sessions, a
   * log for its disk, and beats must not wait with them.
   */
  private final Timers sessionTimes = new Timers();

  private final TimerThread sessionTimers;
  private final Map<String, Door> doors;
  private final Door eventsDoor;
  private final SessionLines sessions;
  private final Cluster cluster;
  private final Calls calls;
  private final CallbackLog callbackLog;

  /**
   * Creates everything and opens the store, so the application must be {@link #stop}ped.
   *
   * @param data the data directory
   * @param access who may do what
   * @param outside servers that are asked; started and stopped with this
   * @throws IOException if the store cannot be opened; the message says what to do
   */
  Application(Settings settings, Path data, Access access, Outside outside) throws IOException {
    this.access = access;
    this.outside = outside;
    time = outside.time();
    threads = outside.threads();
    callbackLog = outside.log();
    refusals = new RefusalLog(time::nanos);
    refused = new Refused(refusals, access.proxies(), access.keys());
    closers = outside.pool(CLOSERS);
    RetentionRules retention = settings.demo()
        ? Demo.retention(settings.store().retention(), settings.store().memory())
        : settings.store().retention();
    shared = settings
        .redis()
        .map(redis -> Stores.share(redis, settings.store(), retention, time, threads))
        .orElse(null);
    store = shared != null
        ? shared.store()
        : Stores.open(settings.store(), retention, data, time, threads);
    Blocks blocks;
    try {
      if (shared != null) {
        shared.check();
      }
      blocks =
          shared != null ? shared.blocks() : Stores.blocks(settings.store(), data, time, closers);
    } catch (IOException | RuntimeException e) {
      closeStore(); // otherwise the next attempt could not open it
      throw e;
    }
    // One per core, but at least four: a write is mostly the kernel's work.
    int writers = Math.max(4, Runtime.getRuntime().availableProcessors());
    engine = new Engine(
        store,
        access.rights(),
        access.tokens(),
        limits(settings),
        time,
        () -> ThreadLocalRandom.current().nextDouble(),
        threads,
        writers,
        SPARES,
        closers,
        settings.store().textBytes(),
        new Unfinished(Runtime.getRuntime().maxMemory(), settings.messageBytes()));
    if (shared != null) {
      engine.join(shared.bus(), shared.seats());
      access.share(shared);
    }
    engine.blocks(blocks);
    calls = new Calls(
        time::nanos,
        settings.bodyTimeout(),
        settings.noProgress(),
        Math.max(roomOfCalls(), 2L * settings.publishBytes()),
        refused::call,
        engine.faults());
    if (access.jwt() != null) {
      engine.channelTokens(access.jwt().channels());
    }
    if (settings.asksTheApplication()) {
      engine.callback(callback(settings));
    }
    engine.networks(Networks::networkOf);
    lineLog = new LineLog(engine, Networks::networkOf);
    engine.listen(lineLog);
    engine.listen(refused);
    turnstile = new Turnstile(
        engine,
        access.proxies(),
        refused,
        settings.limits().lines(),
        time::nanos,
        () -> ThreadLocalRandom.current().nextDouble());
    engine.listen(turnstile);
    engine.exhausted(new ContainerThreads(time::nanos));
    sessions = new SessionLines(
        SessionPolicy.valueOf(settings.httpSession().toUpperCase(Locale.ROOT)), time);
    cluster = shared == null
        ? new Cluster(engine, sessions::of)
        : new Cluster(engine, shared.bus(), sessions::of, shared::isSeen);
    List<RightsRule> presence = settings.rights().presence();
    if (!presence.isEmpty()) {
      cluster.keepPresence(
          channel -> presence.stream().anyMatch(rule -> rule.isAbout(channel)),
          settings.rights().away());
    }
    timers = new TimerThread(engine.timers(), time, threads);
    sessionTimers = new TimerThread(sessionTimes, time, threads);
    eventsDoor = eventsDoor(settings);
    doors = Map.of(
        UpdatesEndpoint.PATH, door("updatewebsocket", RawProtocol.quiet(), settings),
        UserChannelEndpoint.PATH, userDoor(settings),
        MiniProgramEndpoint.PATH, miniProgramDoor(settings),
        LineEndpoint.PATH, lineDoor(settings),
        StompEndpoint.PATH, stompDoor(settings),
        EventsServlet.PATH, eventsDoor);
  }

  private HttpCallback callback(Settings settings) {
    return new HttpCallback(
        outside.remote(
            settings.callbackTimeout(), settings.callbackCalls(), settings.publishBytes()),
        settings.callbackKey().orElse(null),
        callbackLog);
  }

  /** Bytes that the bodies of calls may take: a part of the heap that is not missed elsewhere. */
  private static long roomOfCalls() {
    return Runtime.getRuntime().maxMemory() / 16;
  }

  Calls calls() {
    return calls;
  }

  Turnstile turnstile() {
    return turnstile;
  }

  Refused refused() {
    return refused;
  }

  SessionLines sessions() {
    return sessions;
  }

  Cluster cluster() {
    return cluster;
  }

  TimeSource time() {
    return time;
  }

  Engine engine() {
    return engine;
  }

  Map<String, Door> doors() {
    return doors;
  }

  Door eventsDoor() {
    return eventsDoor;
  }

  /** Returns the doors whose beat is {@code heartline.beat}. */
  List<Door> beatingDoors() {
    return doors.values().stream().filter(door -> !door.name().equals("wss")).toList();
  }

  void start() {
    try {
      startThreads();
    } catch (RuntimeException | Error e) {
      stop(); // otherwise the next attempt could not open the store
      throw e;
    }
  }

  private void startThreads() {
    if (shared != null) {
      shared.start();
    }
    engine.start();
    timers.start();
    outside.start();
    sessionTimers.start();
    sessionTimes.at(time.nanos(), this::tendSessions);
    sessionTimes.at(time.nanos(), this::tendLogs);
    sessionTimes.at(time.nanos(), this::tendAccess);
  }

  private void tendSessions() {
    sessions.tend();
    sessionTimes.at(time.nanos() + TEND.toNanos(), this::tendSessions);
  }

  private void tendAccess() {
    access.tend();
    sessionTimes.at(time.nanos() + TEND.toNanos(), this::tendAccess);
  }

  private void tendLogs() {
    refusals.tend();
    callbackLog.tend();
    lineLog.tend();
    engine.faults().tend();
    sessionTimes.at(time.nanos() + TEND.toNanos(), this::tendLogs);
  }

  /**
   * Closes all lines in parallel, within {@link #STOP}. Then ends all threads and waits for them,
   * at most {@link #END}: the container reports threads that are still alive afterwards as leaks.
   */
  void stop() {
    try {
      engine.stop().toCompletableFuture().get(STOP.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.log(
          Level.WARNING,
          "{0} lines were not closed within {1} s",
          engine.lines(),
          STOP.toSeconds());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      LOG.log(Level.ERROR, "closing lines failed", e);
    }
    outside.stop();
    timers.close();
    sessionTimers.close();
    engine.close();
    closers.shutdownNow();
    closeStore();
    for (Thread thread : threads.awaitEnd(END)) {
      LOG.log(
          Level.WARNING,
          "{0} did not end within {1} s; it is at {2}",
          thread.getName(),
          END.toSeconds(),
          List.of(thread.getStackTrace()));
    }
    refusals.end();
    callbackLog.end();
    lineLog.end();
    access.end();
    engine.faults().end();
  }

  private void closeStore() {
    store.close();
    if (shared != null) {
      shared.close();
    }
  }

  private static Limits limits(Settings settings) {
    return new Limits(
        settings.grace(),
        settings.probe(),
        settings.firstFrame(),
        settings.noProgress(),
        Duration.ofSeconds(5),
        settings.channelsPerLine(),
        settings.messageBytes(),
        64 * 1024,
        settings.rotateMin(),
        settings.rotateMax(),
        settings.drain(),
        settings.lines(),
        settings.limits().flow());
  }

  private static Door door(String name, Protocol protocol, Settings settings) {
    return new Door(
        name, protocol, seats(name, settings), settings.beat(), null, user -> List.of(UPDATES));
  }

  private static Door userDoor(Settings settings) {
    return new Door(
        "user-channel",
        RawProtocol.quiet(),
        seats("user-channel", settings),
        settings.beat(),
        null,
        user -> user == null ? List.of(UPDATES) : List.of(user.channel(), UPDATES));
  }

  private static Door miniProgramDoor(Settings settings) {
    return new Door(
        "wss",
        RawProtocol.echoing(),
        seats("wss", settings),
        settings.miniProgramBeat(),
        GREETING,
        user -> List.of(UPDATES));
  }

  private static Door lineDoor(Settings settings) {
    return new Door(
        "line",
        new JsonProtocol(),
        seats("line", settings),
        settings.beat(),
        null,
        user -> List.of());
  }

  private static Door stompDoor(Settings settings) {
    return new Door(
        "stomp",
        new StompProtocol(settings.stompSends(), settings.messageBytes()),
        seats("stomp", settings),
        settings.beat(),
        null,
        user -> List.of());
  }

  private static Door eventsDoor(Settings settings) {
    return new Door(
        "events", new EventsProtocol(), SeatPolicy.NONE, settings.beat(), null, user -> List.of());
  }

  private static SeatPolicy seats(String door, Settings settings) {
    String policy = settings.seats().getOrDefault(door, "none");
    return switch (policy) {
      case "newest" -> SeatPolicy.NEWEST;
      case "oldest" -> SeatPolicy.OLDEST;
      case "none" -> SeatPolicy.NONE;
      default -> SeatPolicy.atMost(Integer.parseInt(policy));
    };
  }
}
