package io.heartline.client;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of one client. They end with it, do not keep a process alive, and have nothing of the
 * application's class loader: a container that stops the application finds nothing left of them.
 */
final class ClientThreads {
  private static final int HTTP = 2;

  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1, task -> thread("heartline-client", task));
  private final ThreadPoolExecutor http = pool(HTTP, "heartline-client-http");

  /** One, so that answers come in order; the caller's own code may run on it. */
  private final ThreadPoolExecutor answers = pool(1, "heartline-client-answers");

  ClientThreads() {
    timer.setRemoveOnCancelPolicy(true);
  }

  private static ThreadPoolExecutor pool(int size, String name) {
    ThreadPoolExecutor pool = new ThreadPoolExecutor(
        size, size, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> thread(name, task));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static Thread thread(String name, Runnable task) {
    Thread thread = new Thread(null, task, name, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
    return thread;
  }

  ScheduledExecutorService timer() {
    return timer;
  }

  Executor http() {
    return http;
  }

  ExecutorService answers() {
    return answers;
  }

  /** Tells them to end. Answers that are known are still given. */
  void end() {
    timer.shutdownNow();
    answers.shutdown();
    http.shutdown();
  }
}
