package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.heartline.log.From;
import io.heartline.log.Retention;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.model.Publication;
import io.heartline.protocol.Encoding;
import io.heartline.store.memory.MemoryStore;
import io.heartline.store.window.Bounds;
import io.heartline.testing.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What is published is encoded once for all lines, and what is kept of it is bounded. */
class ChannelTest {
  private static final int FAST = 64 * 1024;
  private static final int SLOW = Writer.SLOW_WRITE_CHARS;
  private static final int LINES = 100;

  private final MemoryStore store = new MemoryStore(
      new Bounds(new Retention(1000, Duration.ofHours(24), 8 << 20), 256 << 20, 1000),
      new FakeTime(),
      "t");
  private final EncodedRanges texts = new EncodedRanges(1 << 20);
  private final Counting encoding = new Counting();

  /** An encoding like any other, that counts. */
  private static final class Counting implements Encoding {
    final AtomicInteger encoded = new AtomicInteger();

    @Override
    public List<String> encode(ChannelName channel, List<Publication> publications) {
      encoded.incrementAndGet();
      return publications.stream().map(p -> channel + p.data()).toList();
    }
  }

  private Channel channel(String name) {
    return channel(name, 2);
  }

  private Channel channel(String name, int readers) {
    ChannelName channelName = new ChannelName(name);
    Store.View view =
        store.open(channelName, new From.Now()).toCompletableFuture().join().view();
    Channel channel = new Channel(channelName, view, null, texts);
    for (int i = 0; i < readers; i++) {
      channel.add(new Cursor(channel, null, null, encoding));
    }
    return channel;
  }

  private Position publish(Channel channel, String data) {
    return store
        .append(List.of(new Draft(channel.name(), data)))
        .toCompletableFuture()
        .join()
        .get(0);
  }

  private static String data(int chars) {
    return "\"" + "x".repeat(chars - 2) + "\"";
  }

  @Test
  void aPublicationIsEncodedOnceHoweverLongItIs() {
    Channel channel = channel("a");
    Position begin = channel.head();
    Position end = publish(channel, data(256 * 1024));
    for (int i = 0; i < LINES; i++) {
      Chunk chunk = channel.next(begin, encoding, FAST);
      assertThat(chunk.texts()).singleElement().asString().hasSize(1 + 256 * 1024);
      assertThat(chunk.end()).isEqualTo(end);
      assertThat(chunk.more()).isFalse();
    }
    assertThat(encoding.encoded).hasValue(1);
  }

  @Test
  void slowLinesShareItWithTheOthers() {
    Channel channel = channel("a");
    Position begin = channel.head();
    Position end = publish(channel, data(20 * 1024));
    for (int i = 0; i < LINES; i++) {
      assertThat(channel.next(begin, encoding, i % 2 == 0 ? FAST : SLOW).end()).isEqualTo(end);
    }
    assertThat(encoding.encoded).hasValue(1);
  }

  @Test
  void itIsNotEncodedAgainWhenMoreIsPublished() {
    Channel channel = channel("a");
    Position begin = channel.head();
    Position first = publish(channel, data(100 * 1024));
    assertThat(channel.next(begin, encoding, FAST).more()).isFalse();
    publish(channel, "1");
    for (int i = 0; i < LINES; i++) {
      Chunk chunk = channel.next(begin, encoding, i % 2 == 0 ? FAST : SLOW);
      assertThat(chunk.end()).isEqualTo(first);
      assertThat(chunk.more()).as("or a line would stop there").isTrue();
    }
    assertThat(encoding.encoded).hasValue(1);
  }

  @Test
  void aRangeThatIsLongerEncodedThanItWasReadIsSharedToo() {
    Channel channel = channel("n".repeat(255));
    Position begin = channel.head();
    for (int i = 0; i < 1000; i++) {
      publish(channel, "1");
    }
    Chunk chunk = channel.next(begin, encoding, FAST);
    assertThat(chunk.chars()).isGreaterThan(FAST);
    for (int i = 0; i < LINES; i++) {
      assertThat(channel.next(begin, encoding, FAST).texts()).isSameAs(chunk.texts());
    }
    assertThat(encoding.encoded).hasValue(1);
  }

  @Test
  void aFastLineIsNotGivenTheShortRangeOfASlowOne() {
    Channel channel = channel("a");
    Position begin = channel.head();
    for (int i = 0; i < 40; i++) {
      publish(channel, data(1024));
    }
    assertThat(channel.next(begin, encoding, SLOW).publications()).isLessThan(9);
    assertThat(channel.next(begin, encoding, FAST).publications()).isEqualTo(40);
  }

  /** Lines of one kind may each have an encoding of their own that says the same. */
  private record Equal(String kind, Counting counting) implements Encoding {
    @Override
    public List<String> encode(ChannelName channel, List<Publication> publications) {
      return counting.encode(channel, publications);
    }
  }

  @Test
  void equalEncodingsShare() {
    Channel channel = channel("a");
    Position begin = channel.head();
    publish(channel, "1");
    for (int i = 0; i < LINES; i++) {
      channel.next(begin, new Equal("one" + i % 2, encoding), FAST);
    }
    assertThat(encoding.encoded).hasValue(2);
  }

  @Test
  void whatAllChannelsKeepIsBoundedAndTheOldestGoesFirst() {
    List<Channel> channels = new ArrayList<>();
    List<Position> begins = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      Channel channel = channel("c" + i);
      channels.add(channel);
      begins.add(channel.head());
      publish(channel, data(30 * 1024));
      channel.next(begins.get(i), encoding, FAST);
      assertThat(texts.bytes()).isBetween(60L * 1024, 1L << 20);
    }
    encoding.encoded.set(0);
    for (int i = 499; i > 489; i--) {
      assertThat(channels.get(i).next(begins.get(i), encoding, FAST).publications())
          .isEqualTo(1);
    }
    assertThat(encoding.encoded).as("the newest were kept").hasValue(0);
    assertThat(channels.get(0).next(begins.get(0), encoding, FAST).publications())
        .isEqualTo(1);
    assertThat(channels.get(0).next(begins.get(0), encoding, FAST).publications())
        .isEqualTo(1);
    assertThat(encoding.encoded).as("the oldest was dropped, and is kept again").hasValue(1);
  }

  @Test
  void onePublicationThatIsMoreThanTheBoundIsSharedAsLongAsItIsTheNewest() {
    Channel channel = channel("a");
    Position begin = channel.head();
    Position end = publish(channel, data(1 << 20));
    for (int i = 0; i < LINES; i++) {
      channel.next(begin, encoding, FAST);
    }
    assertThat(encoding.encoded).hasValue(1);
    assertThat(texts.bytes()).isGreaterThan(1 << 20);
    publish(channel, "1");
    channel.next(end, encoding, FAST);
    assertThat(texts.bytes()).isLessThan(1000);
  }

  @Test
  void aChannelKeepsItsLastRangesOnlyAndNothingOnceItIsClosed() {
    Channel channel = channel("a");
    Position at = channel.head();
    for (int i = 0; i < 100; i++) {
      publish(channel, data(1000));
      at = channel.next(at, encoding, FAST).end();
    }
    assertThat(texts.bytes()).isBetween(8 * 2000L, 8 * 2500L);
    publish(channel, "1");
    channel.close();
    assertThat(texts.bytes()).isZero();
    assertThat(channel.next(at, encoding, FAST).texts()).containsExactly("a1");
    assertThat(texts.bytes()).as("a late reader").isZero();
  }

  @Test
  void aSingleReaderKeepsNothing() {
    Channel channel = channel("a", 1);
    Position begin = channel.head();
    publish(channel, "1");
    assertThat(channel.next(begin, encoding, FAST).texts()).containsExactly("a1");
    assertThat(texts.bytes()).isZero();
  }

  /** Encodes one publication only when it is let. */
  private final class Held implements Encoding {
    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch goOn = new CountDownLatch(1);

    @Override
    public List<String> encode(ChannelName channel, List<Publication> publications) {
      if (publications.get(0).data().equals("\"held\"")) {
        begun.countDown();
        try {
          assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
      return encoding.encode(channel, publications);
    }
  }

  private static CompletableFuture<Chunk> apart(Supplier<Chunk> read) {
    return CompletableFuture.supplyAsync(read, task -> new Thread(task).start());
  }

  @Test
  void linesWaitForTheOneThatEncodesForThemAndForNobodyElse() throws Exception {
    Held held = new Held();
    Channel channel = channel("a");
    Position begin = channel.head();
    Position first = publish(channel, "\"held\"");
    publish(channel, "1");
    var one = apart(() -> channel.next(begin, held, FAST));
    assertThat(held.begun.await(30, TimeUnit.SECONDS)).isTrue();
    var same = apart(() -> channel.next(begin, held, FAST));
    var another = apart(() -> channel.next(first, held, FAST));
    assertThat(another.get(30, TimeUnit.SECONDS).texts()).containsExactly("a1");
    held.goOn.countDown();
    assertThat(same.get(30, TimeUnit.SECONDS).texts())
        .isSameAs(one.get(30, TimeUnit.SECONDS).texts());
    assertThat(encoding.encoded).hasValue(2);
  }

  @Test
  void whatCouldNotBeEncodedIsTriedAgain() {
    Channel channel = channel("a");
    Position begin = channel.head();
    publish(channel, "1");
    AtomicInteger tries = new AtomicInteger();
    Encoding failing = (name, publications) -> {
      if (tries.incrementAndGet() == 1) {
        throw new OutOfMemoryError("for once");
      }
      return encoding.encode(name, publications);
    };
    assertThat(catchThrowable(() -> channel.next(begin, failing, FAST)))
        .isInstanceOf(OutOfMemoryError.class);
    assertThat(channel.next(begin, failing, FAST).texts()).containsExactly("a1");
  }
}
