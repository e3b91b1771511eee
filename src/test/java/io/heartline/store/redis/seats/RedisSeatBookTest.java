package io.heartline.store.redis.seats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.engine.Seat;
import io.heartline.engine.SeatBook;
import io.heartline.engine.SeatBookContract;
import io.heartline.engine.SeatKey;
import io.heartline.model.User;
import io.heartline.store.redis.Redis;
import io.heartline.store.redis.RedisAddress;
import io.heartline.store.redis.RedisAway;
import io.heartline.store.redis.RedisOptions;
import io.heartline.testing.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

class RedisSeatBookTest extends SeatBookContract {
  private static final String TEXT_KEY = "hl:{0}:seat:line:ann";

  private final RedisServer server = RedisServer.shared();
  private final Redis redis = new Redis(
      RedisAddress.parse(server.address()),
      new RedisOptions(null, "hl:", "c", 1, Duration.ofSeconds(2), 4, 1000),
      System::nanoTime,
      Thread::new);

  @Override
  protected SeatBook open() {
    return new RedisSeatBook(redis);
  }

  @AfterEach
  void close() {
    redis.close();
  }

  private long leftMillis() {
    try (Jedis jedis = server.connect()) {
      return jedis.pttl(TEXT_KEY);
    }
  }

  @Test
  void aSeatIsPlainText() {
    replace(read(), taken(read(), "x"));
    long claim = read().seat().lastClaim();
    try (Jedis jedis = server.connect()) {
      assertThat(jedis.get(TEXT_KEY))
          .isEqualTo("1 taken " + claim + " 0 0 0 \nsits " + claim + " n line-x =x");
    }
  }

  @Test
  void theTimeIsTheOneOfRedis() {
    try (Jedis jedis = server.connect()) {
      long before = Long.parseLong(jedis.time().get(0)) * 1000;
      assertThat(read().nowMillis()).isBetween(before, before + 60_000);
    }
  }

  @Test
  void numbersNeverRunBackForTenMinutesAfterTheLastOneLeft() {
    replace(read(), taken(read(), "x"));
    long claim = read().seat().lastClaim();
    replace(read(), left(read()));
    assertThat(read().seat()).satisfies(seat -> {
      assertThat(seat.holders()).isEmpty();
      assertThat(seat.lastClaim()).isEqualTo(claim);
    });
    assertThat(leftMillis()).isBetween(540_000L, 600_000L);
  }

  @Test
  void aSeatThatChangedHandsIsRememberedForAsLongAsThatMatters() {
    replace(read(), taken(read(), "x"));
    replace(read(), taken(read(), "y"));
    replace(read(), left(read()));
    assertThat(leftMillis()).isBetween(1_200_000L, 1_260_000L);
  }

  @Test
  void readingKeepsATakenSeatAndNoOther() {
    replace(read(), taken(read(), "x"));
    assertThat(leftMillis()).isBetween(86_000_000L, 86_400_000L);
    try (Jedis jedis = server.connect()) {
      jedis.pexpire(TEXT_KEY, 40_000_000);
      read();
      assertThat(leftMillis()).isGreaterThan(86_000_000);
      replace(read(), left(read()));
      jedis.pexpire(TEXT_KEY, 1_000_000);
      read();
      assertThat(leftMillis()).isLessThanOrEqualTo(1_000_000);
    }
  }

  /** A client of Redis Cluster repeats what got no answer. */
  @Test
  void aReplacementThatIsRepeatedIsNotTurnedDown() {
    SeatBook.Entry empty = read();
    Seat seat = taken(empty, "x");
    assertThat(replace(empty, seat)).isTrue();
    assertThat(replace(empty, seat)).isTrue();
    assertThat(read().seat()).isEqualTo(seat);
  }

  @Test
  void whatThisVersionDidNotWriteIsNotTouched() {
    for (String text : new String[] {
      "2 taken 1 0 0 0 ",
      "1 taken 1 0 0 0 \nsits 1 n",
      "1 empty 01 0 0 0 ",
      "1 taken x 0 0 0 ",
      "1 empty 1 0 0 0 ,",
      "1 empty 1 0 0 0 \nnews",
      "nonsense"
    }) {
      try (Jedis jedis = server.connect()) {
        jedis.set(TEXT_KEY, text);
      }
      assertThatThrownBy(this::read)
          .as(text)
          .cause()
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("written by another version");
    }
  }

  @Test
  void whatWasReadTooLongAgoIsNotReplaced() {
    SeatBook.Entry entry = read();
    for (long off : new long[] {-4_000, 4_000}) {
      SeatBook.Entry old = new SeatBook.Entry(entry.seat(), entry.nowMillis() + off);
      assertThat(replace(old, taken(old, "x"))).as("%d ms", off).isFalse();
    }
    assertThat(replace(entry, taken(entry, "x"))).isTrue();
  }

  @Test
  void aKeyOfAnotherKindIsARefusal() {
    try (Jedis jedis = server.connect()) {
      jedis.lpush(TEXT_KEY, "x");
    }
    assertThatThrownBy(this::read)
        .cause()
        .isInstanceOf(RedisAway.class)
        .hasMessageContaining("WRONGTYPE");
  }

  private static SeatKey seatOf(int i) {
    return new SeatKey("line", new User("u" + i));
  }

  private List<CompletionStage<SeatBook.Entry>> readAtOnce(int many) {
    return IntStream.range(0, many).mapToObj(i -> book.read(seatOf(i))).toList();
  }

  /** A node that looks up ten thousand seats must not ask ten thousand times. */
  @Test
  void manySeatsAreReadWithFewQuestions() {
    for (int i = 0; i < 2_000; i += 100) {
      SeatBook.Entry empty = book.read(seatOf(i)).toCompletableFuture().join();
      assertThat(book.replace(seatOf(i), empty, taken(empty, "x" + i))
              .toCompletableFuture()
              .join())
          .isTrue();
    }
    try (Jedis jedis = server.connect()) {
      jedis.configResetStat();
      List<CompletionStage<SeatBook.Entry>> all = readAtOnce(2_000);
      for (int i = 0; i < all.size(); i++) {
        Seat seat = all.get(i).toCompletableFuture().join().seat();
        if (i % 100 == 0) {
          assertThat(seat.holders().get(0).instance()).isEqualTo("x" + i);
        } else {
          assertThat(seat).as("u%d", i).isEqualTo(Seat.EMPTY);
        }
      }
      String stats = jedis.info("commandstats");
      Matcher calls = Pattern.compile("cmdstat_evalsha:calls=(\\d+)").matcher(stats);
      assertThat(calls.find()).isTrue();
      assertThat(Integer.parseInt(calls.group(1)))
          .as("how full they are depends on how fast this machine is")
          .isLessThan(200);
    }
  }

  @Test
  void whatCannotBeReadKeepsNoOtherSeatFromBeingRead() {
    try (Jedis jedis = server.connect()) {
      jedis.lpush("hl:{0}:seat:line:u5", "x");
      jedis.set("hl:{0}:seat:line:u7", "nonsense");
    }
    List<CompletionStage<SeatBook.Entry>> all = readAtOnce(300);
    for (int i = 0; i < all.size(); i++) {
      CompletableFuture<SeatBook.Entry> one = all.get(i).toCompletableFuture();
      if (i == 5) {
        assertThatThrownBy(one::join).hasCauseInstanceOf(RedisAway.class);
      } else if (i == 7) {
        assertThatThrownBy(one::join).hasCauseInstanceOf(IllegalArgumentException.class);
      } else {
        assertThat(one.join().seat()).isEqualTo(Seat.EMPTY);
      }
    }
  }

  /** Who has waited in vain for as long as an answer may take is told so, and not asked for. */
  @Test
  void whileRedisHangsEverybodyIsToldSo() {
    read();
    List<CompletionStage<SeatBook.Entry>> all;
    server.freeze();
    try {
      all = readAtOnce(2_000);
      for (CompletionStage<SeatBook.Entry> one : all) {
        assertThatThrownBy(() -> one.toCompletableFuture().join())
            .hasCauseInstanceOf(RedisAway.class);
      }
    } finally {
      server.thaw();
    }
    long notAsked = all.stream()
        .map(one -> one.handle((entry, failure) -> String.valueOf(failure)))
        .filter(said -> said.toCompletableFuture().join().contains("was not asked"))
        .count();
    assertThat(notAsked).isGreaterThan(1_000);
  }
}
