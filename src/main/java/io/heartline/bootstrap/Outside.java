package io.heartline.bootstrap;

import io.heartline.api.RemoteCalls;
import io.heartline.engine.CallbackLog;
import io.heartline.engine.Timers;
import io.heartline.model.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The servers outside that are asked by HTTP, with the threads and deadlines for it. It is made
 * first, since what decides about access may ask them, and stopped with the {@link Application}.
 */
final class Outside {
  /** Threads for the answers, which wait for nothing. */
  private static final int CALLERS = 2;

  private final TimeSource time = new SystemTime();
  private final NamedThreads threads = new NamedThreads();
  private final CallbackLog log = new CallbackLog(time::nanos);

  /** Deadlines of calls: not those of lines, whose thread must not wait for anybody's code. */
  private final Timers timers = new Timers();

  private final TimerThread timerThread = new TimerThread(timers, time, threads);

  /** Handles answers. It makes no thread until it is needed. */
  private final ThreadPoolExecutor callers = pool(CALLERS);

  /** Filled before the start, by one thread. */
  private final List<RemoteCalls> all = new ArrayList<>();

  TimeSource time() {
    return time;
  }

  /** Returns what makes all threads of this deployment. */
  NamedThreads threads() {
    return threads;
  }

  CallbackLog log() {
    return log;
  }

  /** Returns a pool whose threads end when they have had nothing to do for a while. */
  ThreadPoolExecutor pool(int size) {
    ThreadPoolExecutor pool = new ThreadPoolExecutor(
        size, size, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * Returns somebody to ask. Called before the {@link #start}.
   *
   * @param timeout the most time from the question to the end of its answer
   * @param calls how many may be under way at a time
   * @param answerBytes the largest body of an answer
   */
  RemoteCalls remote(Duration timeout, int calls, int answerBytes) {
    RemoteCalls remote = new RemoteCalls(timeout, calls, answerBytes, callers, timers, time::nanos);
    all.add(remote);
    return remote;
  }

  void start() {
    if (!all.isEmpty()) {
      timerThread.start();
    }
  }

  /** Gives up all calls; no more are made. */
  void stop() {
    all.forEach(RemoteCalls::close);
    timerThread.close();
    callers.shutdownNow();
  }
}
