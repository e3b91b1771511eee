package io.heartline.browser;

import static java.util.stream.Collectors.toCollection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process and all that it has started. */
record ProcessTree(ProcessHandle root) {
  private List<ProcessHandle> all() {
    return Stream.concat(Stream.of(root), root.descendants()).toList();
  }

  /** Stops them where they are, as sleep does, for a while. */
  void stopFor(Duration howLong) {
    List<String> pids =
        all().stream().map(process -> String.valueOf(process.pid())).toList();
    signal("-STOP", pids);
    try {
      Eventually.pause(howLong.toMillis());
    } finally {
      signal("-CONT", pids);
    }
  }

  /** Has them end by {@code ask}, and ends by force what is still there after 10 s each. */
  void end(Runnable ask) {
    List<ProcessHandle> all = all();
    ask.run();
    for (ProcessHandle process : all) { // else the profile could not be deleted
      process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
      process.destroyForcibly();
    }
  }

  private static void signal(String signal, List<String> pids) {
    List<String> command = Stream.concat(Stream.of("kill", signal), pids.stream())
        .collect(toCollection(ArrayList::new));
    try {
      Process kill = new ProcessBuilder(command).inheritIO().start();
      if (kill.waitFor() != 0) {
        throw new AssertionError(command + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
