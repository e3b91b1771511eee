package io.heartline.store.redis.seats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.engine.Seat;
import io.heartline.engine.SeatBook;
import io.heartline.engine.SeatBookContract;
import io.heartline.store.redis.Redis;
import io.heartline.store.redis.RedisAddress;
import io.heartline.store.redis.RedisAway;
import io.heartline.store.redis.RedisOptions;
import io.heartline.testing.RedisServer;
import java.time.Duration;
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
}
