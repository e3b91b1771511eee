package io.heartline.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.engine.Draft;
import io.heartline.engine.Store;
import io.heartline.log.From;
import io.heartline.log.Reading;
import io.heartline.log.Retention;
import io.heartline.model.ChannelName;
import io.heartline.model.GapReason;
import io.heartline.model.Position;
import io.heartline.store.window.Bounds;
import io.heartline.testing.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class MemoryStoreTest {
  private final FakeTime time = new FakeTime();
  private final MemoryStore store = store(8_000, 3);

  private MemoryStore store(long bytes, int names) {
    return new MemoryStore(
        new Bounds(new Retention(100, Duration.ofHours(1), 5_000), bytes, names), time, "t");
  }

  private Position append(String channel, String data) {
    return store
        .append(List.of(new Draft(new ChannelName(channel), data)))
        .toCompletableFuture()
        .join()
        .get(0);
  }

  private Store.View open(String channel) {
    return store.open(new ChannelName(channel));
  }

  @Test
  void theWatcherIsToldAfterThePublicationCanBeRead() {
    List<Long> heads = new ArrayList<>();
    store.watch(name -> heads.add(store.open(name).head().offset()));
    append("a", "1");
    append("a", "2");
    assertThat(heads).containsExactly(1L, 2L);
  }

  @Test
  void severalTargetsHaveOnePositionEach() {
    List<Position> positions = store
        .append(List.of(
            new Draft(new ChannelName("a"), "1"),
            new Draft(new ChannelName("b"), "1"),
            new Draft(new ChannelName("a"), "1")))
        .toCompletableFuture()
        .join();
    assertThat(positions).extracting(Position::offset).containsExactly(1L, 1L, 2L);
  }

  @Test
  void aForgottenChannelHasAnotherLifeSoThatAnOldPositionIsAGap() {
    Position old = append("a", "1");
    append("b", "1");
    append("c", "1");
    append("d", "1"); // one name too many: a is the least recently used
    assertThat(store.names()).isEqualTo(3);
    append("a", "other");
    assertThat(open("a").start(new From.After(old)).reason()).isEqualTo(GapReason.EPOCH);
  }

  @Test
  void aChannelThatIsReadIsNotForgotten() {
    Position first = append("a", "1");
    Store.View view = open("a");
    append("b", "1");
    append("c", "1");
    append("d", "1");
    append("a", "2");
    assertThat(view.read(first, 1000)).isInstanceOf(Reading.Range.class);
    view.close();
  }

  @Test
  void whenAllNamesAreInUseNothingOfACallIsPublished() {
    open("a");
    open("b");
    Store.View c = open("c");
    assertThatThrownBy(() -> store
            .append(
                List.of(new Draft(new ChannelName("c"), "1"), new Draft(new ChannelName("d"), "1")))
            .toCompletableFuture()
            .join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(Store.Unavailable.class);
    assertThat(c.head().offset()).isZero();
  }

  @Test
  void allTogetherAreBoundedAndTheLeastRecentlyPublishedGoesFirst() {
    String big = '"' + "x".repeat(900) + '"';
    Position a = append("a", big);
    for (int i = 0; i < 4; i++) {
      append("b", big);
      append("c", big);
      append("c", big);
    }
    assertThat(store.bytes()).isLessThanOrEqualTo(8_000);
    assertThat(open("a").read(new Position(a.epoch(), 0, 0), 1000)).isInstanceOf(Reading.Gap.class);
    assertThat(open("a").head()).isEqualTo(a);
  }

  @Test
  void whatIsTooOldGoesWithoutAnybodyPublishing() {
    append("a", "1");
    time.advance(Duration.ofHours(2));
    store.sweep();
    assertThat(store.bytes()).isZero();
  }

  @Test
  void aNameThatWasOnlyReadLeavesNothingBehind() {
    open("a").close();
    assertThat(store.names()).isZero();
  }
}
