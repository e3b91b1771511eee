package io.heartline.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** What clients of a real library were told, in order. */
public final class Told {
  /**
   * One thing that a client was told.
   *
   * @param detail what it showed besides the text, such as an id or a kind; "" if nothing
   */
  public record Event(String client, String detail, String text) {}

  private final List<String> clients;

  /** The monitor is notified of each event. */
  @GuardedBy("this")
  private final List<Event> events = new ArrayList<>();

  /** @param clients the names of all */
  public Told(List<String> clients) {
    this.clients = List.copyOf(clients);
  }

  public synchronized void add(Event event) {
    events.add(event);
    notifyAll();
  }

  /** Returns what a client was told, as far as it is wanted. */
  public synchronized List<Event> of(String client, Predicate<Event> wanted) {
    return events.stream()
        .filter(event -> event.client.equals(client) && wanted.test(event))
        .toList();
  }

  public synchronized void forget(Predicate<Event> unwanted) {
    events.removeIf(unwanted);
  }

  /** Waits until each client was told such a thing. */
  public synchronized void awaitEach(Predicate<Event> wanted) {
    long deadline = System.nanoTime() + RunningWar.PATIENCE.toNanos();
    while (clients.stream().anyMatch(client -> of(client, wanted).isEmpty())) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      assertThat(left).as("time for each client to be told; so far %s", events).isPositive();
      try {
        wait(left);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
