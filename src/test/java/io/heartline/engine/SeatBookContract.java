package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every seat book must do, wherever it keeps the seats. */
public abstract class SeatBookContract {
  protected static final SeatKey KEY = new SeatKey("line", new User("ann"));

  protected SeatBook book;

  /** Opens an empty one. */
  protected abstract SeatBook open() throws Exception;

  @BeforeEach
  void openBook() throws Exception {
    book = open();
  }

  protected SeatBook.Entry read() {
    return read(KEY);
  }

  private SeatBook.Entry read(SeatKey key) {
    return book.read(key).toCompletableFuture().join();
  }

  protected boolean replace(SeatBook.Entry before, Seat after) {
    return replace(KEY, before, after);
  }

  private boolean replace(SeatKey key, SeatBook.Entry before, Seat after) {
    return book.replace(key, before, after).toCompletableFuture().join();
  }

  /** Returns the seat once one more has taken it. */
  protected static Seat taken(SeatBook.Entry entry, String instance) {
    Seat.Newcomer newcomer = new Seat.Newcomer("n", "line-" + instance, instance, false);
    return ((Seat.Verdict.Seated)
            entry.seat().claim(SeatPolicy.NEWEST, newcomer, null, entry.nowMillis()))
        .next();
  }

  /** Returns the seat once its holder has left. */
  protected static Seat left(SeatBook.Entry entry) {
    return entry.seat().release(entry.seat().holders().get(0));
  }

  @Test
  void aSeatThatNobodyTookIsEmpty() {
    assertThat(read().seat()).isEqualTo(Seat.EMPTY);
    assertThat(replace(read(), Seat.EMPTY)).isTrue();
    assertThat(read().seat()).isEqualTo(Seat.EMPTY);
  }

  @Test
  void whatWasWrittenIsRead() {
    SeatBook.Entry empty = read();
    Seat seat = taken(empty, "x");
    assertThat(replace(empty, seat)).isTrue();
    assertThat(read().seat()).isEqualTo(seat);
    assertThat(read().nowMillis()).isGreaterThanOrEqualTo(empty.nowMillis());
  }

  @Test
  void oneOfTwoWhoReadTheSameIsTurnedDown() {
    SeatBook.Entry empty = read();
    assertThat(replace(empty, taken(empty, "x"))).isTrue();
    assertThat(replace(empty, taken(empty, "y"))).isFalse();
    SeatBook.Entry both = read();
    assertThat(replace(both, taken(both, "z"))).isTrue();
    assertThat(replace(both, left(both))).isFalse();
    assertThat(read().seat().holders())
        .singleElement()
        .satisfies(holder -> assertThat(holder.instance()).isEqualTo("z"));
  }

  @Test
  void seatsOfOtherDoorsAndUsersAreOthers() {
    replace(read(), taken(read(), "x"));
    for (SeatKey other : List.of(
        new SeatKey("stomp", new User("ann")),
        new SeatKey("line", new User("ann:1")),
        new SeatKey("line", new User("Ännchen {0} \" \\")))) {
      assertThat(read(other).seat()).as(other.toString()).isEqualTo(Seat.EMPTY);
      Seat seat = taken(read(other), "y");
      assertThat(replace(other, read(other), seat)).isTrue();
      assertThat(read(other).seat()).isEqualTo(seat);
    }
    assertThat(read().seat().holders().get(0).instance()).isEqualTo("x");
  }

  /** Seats as they come about: with many holders, without instances, restless and held. */
  @Test
  void everySeatIsReadAsItWasWritten() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      SeatBook.Entry entry = read();
      SeatPolicy policy = random.nextInt(3) == 0 ? SeatPolicy.atMost(4) : SeatPolicy.NEWEST;
      String instance = random.nextInt(4) == 0 ? null : "=i,\\" + random.nextInt(3);
      Seat.Newcomer newcomer =
          new Seat.Newcomer("node", "line-" + i, instance, random.nextInt(6) == 0);
      Seat next = entry.seat();
      if (random.nextInt(5) == 0 && !next.holders().isEmpty()) {
        next = left(entry);
      } else if (next.claim(policy, newcomer, null, entry.nowMillis())
          instanceof Seat.Verdict.Seated seated) {
        next = seated.next();
      }
      boolean forgotten = next.forgettable(entry.nowMillis());
      assertThat(replace(entry, next)).as("seed %d, %s", seed, next).isTrue();
      if (!forgotten) {
        assertThat(read().seat()).as("seed %d", seed).isEqualTo(next);
      }
    }
  }

  @Test
  void oneAtATimeChangesASeatHoweverManyTry() throws InterruptedException {
    int threads = 4;
    int each = 50;
    CountDownLatch go = new CountDownLatch(1);
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      String name = "t" + t;
      all.add(CompletableFuture.supplyAsync(() -> {
        try {
          go.await();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
        int done = 0;
        for (int i = 0; i < each; i++) {
          SeatBook.Entry entry = read();
          Seat.Newcomer newcomer = new Seat.Newcomer("n", name + "-" + i, null, true);
          Seat next = ((Seat.Verdict.Seated)
                  entry.seat().claim(SeatPolicy.atMost(1_000), newcomer, null, entry.nowMillis()))
              .next();
          done += replace(entry, next) ? 1 : 0;
        }
        return done;
      }));
    }
    go.countDown();
    int done = all.stream().mapToInt(CompletableFuture::join).sum();
    assertThat(read().seat().holders()).as("none is lost").hasSize(done);
    assertThat(read().seat().holders().stream().map(Holder::claim)).doesNotHaveDuplicates();
  }
}
