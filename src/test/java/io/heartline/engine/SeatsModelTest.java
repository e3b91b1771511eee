package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.CloseStatus;
import io.heartline.model.User;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * Tabs of several users connect, reload, leave, die without a word and take their seats back, while
 * the book answers late and in any order, and refuses to replace now and then. Once all is quiet,
 * each seat has one line, the newest of those that live. Seeds are in the messages of failures.
 */
class SeatsModelTest {
  private static final int PROBE_MILLIS = 5000;

  /** A page; it has one line at a time, unless a line of its past lingers. */
  private static final class Tab {
    final SeatKey key;
    final String instance;
    final boolean obeys;
    Line line;

    Tab(SeatKey key, String instance, boolean obeys) {
      this.key = key;
      this.instance = instance;
      this.obeys = obeys;
    }
  }

  private static final class Line {
    final Tab tab;
    final String id;
    boolean dead; // its page is gone without a word
    boolean left; // its page has closed it
    CloseStatus closed;
    Seats.Outcome outcome;
    Seats.Ticket ticket;

    Line(Tab tab, String id) {
      this.tab = tab;
      this.id = id;
    }

    boolean ended() {
      return left || closed != null;
    }

    boolean sits() {
      return ticket != null && !ended();
    }
  }

  private final class Book implements SeatBook {
    final Map<SeatKey, Seat> seats = new HashMap<>();
    boolean awkward = true;

    @Override
    public CompletionStage<Entry> read(SeatKey key) {
      CompletableFuture<Entry> answer = new CompletableFuture<>();
      later(() -> {
        Entry entry = new Entry(seats.getOrDefault(key, Seat.EMPTY), now);
        later(() -> answer.complete(entry));
      });
      return answer;
    }

    @Override
    public CompletionStage<Boolean> replace(SeatKey key, Entry before, Seat after) {
      CompletableFuture<Boolean> answer = new CompletableFuture<>();
      later(() -> {
        boolean same = seats.getOrDefault(key, Seat.EMPTY).equals(before.seat())
            && !(awkward && random.nextInt(4) == 0);
        if (same) {
          seats.put(key, after);
        }
        later(() -> answer.complete(same));
      });
      return answer;
    }

    @Override
    public void sweep() {
      seats.values().removeIf(seat -> seat.forgettable(now));
    }

    @Override
    public OptionalInt size() {
      return OptionalInt.of(seats.size());
    }
  }

  private final class OtherNodes implements Nodes {
    @Override
    public void replaced(Holder holder, long by) {
      Line line = lines.get(holder.line());
      assertThat(by)
          .as("seed %d: a line is closed on proof of a newer claim only", seed)
          .isGreaterThan(holder.claim())
          .isLessThanOrEqualTo(book.seats.get(line.tab.key).lastClaim());
      later(() -> end(line, CloseStatus.REPLACED));
    }

    @Override
    public void silent(Holder holder) {
      later(() -> end(lines.get(holder.line()), CloseStatus.NO_ANSWER));
    }

    @Override
    public CompletionStage<Boolean> probe(Holder holder) {
      CompletableFuture<Boolean> answer = new CompletableFuture<>();
      Line line = lines.get(holder.line());
      long due = now + PROBE_MILLIS;
      later(() -> {
        if (line.ended()) {
          answer.complete(false);
        } else if (line.dead) {
          now = Math.max(now, due);
          answer.complete(false);
        } else {
          answer.complete(true);
        }
      });
      return answer;
    }
  }

  private long seed;
  private Random random = new Random(0);
  private long now = 1_700_000_000_000L;
  private final List<Runnable> underWay = new ArrayList<>();
  private final Map<String, Line> lines = new HashMap<>();
  private final Book book = new Book();
  private final Seats seats = new Seats("n", book, new OtherNodes());

  private void later(Runnable step) {
    underWay.add(step);
  }

  private void step() {
    underWay.remove(random.nextInt(underWay.size())).run();
  }

  private void settle() {
    for (int steps = 0; !underWay.isEmpty(); steps++) {
      assertThat(steps).as("seed %d: it settles", seed).isLessThan(1_000_000);
      step();
    }
  }

  private void connect(Tab tab, boolean take) {
    Line line = new Line(tab, "line-" + lines.size());
    lines.put(line.id, line);
    tab.line = line;
    Seat.Newcomer newcomer = new Seat.Newcomer("n", line.id, tab.instance, take);
    seats
        .claim(tab.key, SeatPolicy.NEWEST, newcomer, line::ended)
        .whenComplete((outcome, failure) -> {
          assertThat(failure).isNull();
          assertThat(line.outcome).as("seed %d: told once", seed).isNull();
          line.outcome = outcome;
          if (outcome instanceof Seats.Outcome.Seated seated) {
            line.ticket = seated.ticket();
            if (line.ended()) {
              seats.release(line.ticket);
            }
          } else if (outcome instanceof Seats.Outcome.Refused refused) {
            end(line, refused.status());
          } else {
            assertThat(line.ended()).isTrue();
          }
        });
  }

  /** Its server closes it. */
  private void end(Line line, CloseStatus status) {
    if (!line.ended()) {
      line.closed = status;
      release(line);
    }
  }

  private void leave(Line line) {
    if (line != null && !line.dead && !line.ended()) {
      line.left = true;
      release(line);
    }
  }

  private void release(Line line) {
    if (line.ticket != null) {
      seats.release(line.ticket);
    }
  }

  private Tab tab(int user, boolean obeys) {
    String instance = random.nextInt(4) == 0 ? null : "i" + random.nextInt(1000);
    return new Tab(new SeatKey("line", new User("u" + user)), instance, obeys);
  }

  private void happens(List<Tab> tabs) {
    Tab tab = tabs.get(random.nextInt(tabs.size()));
    Line line = tab.line;
    switch (random.nextInt(6)) {
      case 0 -> leave(line);
      case 1 -> {
        if (line != null) {
          line.dead = true;
        }
      }
      case 2 -> {
        leave(line);
        connect(tab, true);
      }
      case 3 -> now += random.nextInt(20_000);
      default -> {
        leave(line);
        connect(tab, false);
      }
    }
    for (Tab war : tabs) { // who does not obey comes back after any close
      if (!war.obeys && war.line != null && war.line.closed != null && !war.line.dead) {
        connect(war, false);
      }
    }
  }

  @RepeatedTest(300)
  void exactlyOneLineSitsInTheEndTheNewestOfThoseThatLive(RepetitionInfo info) {
    seed = 4000L + info.getCurrentRepetition();
    random = new Random(seed);
    List<Tab> tabs = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      tabs.add(tab(random.nextInt(3), random.nextInt(3) > 0));
    }
    for (int i = 0; i < 60; i++) {
      happens(tabs);
      for (int steps = random.nextInt(12); steps > 0 && !underWay.isEmpty(); steps--) {
        step();
      }
      if (random.nextInt(10) == 0) {
        book.sweep();
      }
    }
    settle();
    for (SeatKey key : tabs.stream().map(t -> t.key).distinct().toList()) {
      assertOneSits(key);
      assertNobodyIsEvictedForEver(key);
    }
  }

  private void assertOneSits(SeatKey key) {
    List<Line> sitting =
        lines.values().stream().filter(l -> l.tab.key.equals(key) && l.sits()).toList();
    assertThat(sitting.stream().map(l -> l.ticket.holder()))
        .as("seed %d: who sits is who is in the book", seed)
        .isEqualTo(book.seats.getOrDefault(key, Seat.EMPTY).holders())
        .hasSizeLessThan(2);
    long newest = lines.values().stream()
        .filter(l -> l.tab.key.equals(key) && l.ticket != null)
        .filter(l -> !l.left && !CloseStatus.NO_ANSWER.equals(l.closed))
        .map(l -> l.ticket.holder())
        .max(Comparator.comparingLong(Holder::claim))
        .map(Holder::claim)
        .orElse(0L);
    if (!sitting.isEmpty()) {
      assertThat(sitting.get(0).ticket.holder().claim())
          .as("seed %d: the newest sits", seed)
          .isGreaterThanOrEqualTo(newest);
    }
  }

  private void assertNobodyIsEvictedForEver(SeatKey key) {
    Tab fresh = new Tab(key, "fresh", true);
    for (int tries = 0; tries < 100 && (fresh.line == null || !fresh.line.sits()); tries++) {
      connect(fresh, false);
      settle();
      if (fresh.line.outcome instanceof Seats.Outcome.Refused held) {
        assertThat(held.status().code()).as("seed %d", seed).isEqualTo(4008);
        assertThat(held.delayMillis()).as("seed %d", seed).isBetween(1L, 600_000L);
        now += held.delayMillis();
      }
    }
    assertThat(fresh.line.sits()).as("seed %d", seed).isTrue();
    assertOneSits(key);
  }

  @RepeatedTest(100)
  void tabsThatObeyNeverHoldEachOtherOff(RepetitionInfo info) {
    seed = 9000L + info.getCurrentRepetition();
    random = new Random(seed);
    SeatKey key = new SeatKey("line", new User("ann"));
    List<Tab> tabs =
        List.of(new Tab(key, "x", true), new Tab(key, "y", true), new Tab(key, "z", true));
    for (int i = 0; i < 60; i++) {
      Tab tab = tabs.get(random.nextInt(3));
      leave(tab.line);
      connect(tab, random.nextInt(10) == 0);
      while (!underWay.isEmpty() && random.nextInt(50) > 0) {
        step();
      }
      now += 15_000 + random.nextInt(5_000);
    }
    settle();
    assertThat(lines.values().stream()
            .map(l -> l.closed)
            .filter(Objects::nonNull)
            .map(CloseStatus::code))
        .as("seed %d", seed)
        .containsOnly(4500);
    assertOneSits(key);
    assertThat(lines.values()).as("seed %d", seed).anyMatch(Line::sits);
  }

  /** Whoever ends while the book is asked is in no seat, however late the answers are. */
  @RepeatedTest(100)
  void aNewcomerThatEndsMeanwhileLeavesNoSeatBehind(RepetitionInfo info) {
    seed = 12_000L + info.getCurrentRepetition();
    random = new Random(seed);
    List<Tab> tabs = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Tab tab = tab(0, true);
      tabs.add(tab);
      connect(tab, false);
      for (int steps = random.nextInt(8); steps > 0 && !underWay.isEmpty(); steps--) {
        step();
      }
    }
    tabs.forEach(tab -> leave(tab.line));
    settle();
    assertThat(book.seats.values())
        .as("seed %d", seed)
        .allMatch(s -> s.holders().isEmpty());
  }

  @RepeatedTest(20)
  void aNewcomerKnownToBeEndingEvictsNobody(RepetitionInfo info) {
    seed = 13_000L + info.getCurrentRepetition();
    random = new Random(seed);
    Tab holder = tab(0, true);
    connect(holder, false);
    settle();
    Tab ending = tab(0, true);
    connect(ending, false);
    leave(ending.line);
    settle();
    assertThat(holder.line.sits()).as("seed %d", seed).isTrue();
    assertThat(ending.line.outcome).isEqualTo(new Seats.Outcome.Withdrawn());
  }
}
