package io.heartline.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.engine.Draft;
import io.heartline.engine.Store;
import io.heartline.log.From;
import io.heartline.log.Reading;
import io.heartline.log.Retention;
import io.heartline.log.RetentionRules;
import io.heartline.log.Start;
import io.heartline.model.ChannelName;
import io.heartline.model.GapReason;
import io.heartline.model.Position;
import io.heartline.model.Publication;
import io.heartline.store.window.Bounds;
import io.heartline.testing.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store must do, whatever lies under it. */
public abstract class StoreContract {
  /** Three names, 100 publications or 5,000 bytes each, 8,000 bytes in all, 4 ids for an hour. */
  protected static final Bounds BOUNDS = new Bounds(
      new RetentionRules(
          List.of(new RetentionRules.Rule("few:*", new Retention(2, Duration.ofHours(1), 5_000))),
          new Retention(100, Duration.ofHours(1), 5_000)),
      8_000,
      3,
      new Bounds.IdBounds(Duration.ofHours(1), 4));

  protected final FakeTime time = new FakeTime();
  protected Store store;

  /** Opens an empty one with {@link #BOUNDS} and {@link #time}. */
  protected abstract Store open() throws Exception;

  @BeforeEach
  void openStore() throws Exception {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  protected static ChannelName name(String channel) {
    return new ChannelName(channel);
  }

  protected Position append(String channel, String data) {
    return append(new Draft(name(channel), data)).get(0);
  }

  protected Position append(String channel, String data, String id) {
    return append(new Draft(name(channel), data, id)).get(0);
  }

  protected List<Position> append(Draft... drafts) {
    return store.append(List.of(drafts)).toCompletableFuture().join();
  }

  /** Returns all data that a channel holds. */
  protected List<String> data(String channel) {
    return publications(channel).stream().map(Publication::data).toList();
  }

  /** Returns the ids of all publications that a channel holds; "" for one without. */
  protected List<String> ids(String channel) {
    return publications(channel).stream()
        .map(publication -> Objects.requireNonNullElse(publication.id(), ""))
        .toList();
  }

  private List<Publication> publications(String channel) {
    Store.Opened opened = open(channel, new From.Last(1_000_000));
    try (Store.View view = opened.view()) {
      return ((Reading.Range) view.read(opened.start().position(), 1 << 30)).publications();
    }
  }

  protected Start start(String channel, Position after) {
    Store.Opened opened = open(channel, new From.After(after));
    opened.view().close();
    return opened.start();
  }

  protected Position head(String channel) {
    try (Store.View view = read(channel)) {
      return view.head();
    }
  }

  /** Opens a channel, and fails as the store does. */
  protected Store.Opened open(String channel, From from) {
    return store.open(name(channel), from).toCompletableFuture().join();
  }

  /** Opens a channel for reading from now on. */
  protected Store.View read(String channel) {
    return open(channel, new From.Now()).view();
  }

  @Test
  void whatWasAcknowledgedCanBeReadAtOnceInOrder() {
    append("a", "1");
    append("a", "\"zwei 二 \\ud83d\"");
    append("a", "{\"three\":3}");
    assertThat(data("a")).containsExactly("1", "\"zwei 二 \\ud83d\"", "{\"three\":3}");
    assertThat(head("a").offset()).isEqualTo(3);
  }

  @Test
  void theWatcherIsToldAfterThePublicationCanBeRead() {
    ConcurrentLinkedQueue<Long> heads = new ConcurrentLinkedQueue<>();
    store.watch(name -> heads.add(head(name.text()).offset()));
    append("a", "1");
    append("a", "2");
    assertThat(heads).containsExactly(1L, 2L);
  }

  @Test
  void severalTargetsHaveOnePositionEach() {
    List<Position> positions =
        append(new Draft(name("a"), "1"), new Draft(name("b"), "1"), new Draft(name("a"), "1"));
    assertThat(positions).extracting(Position::offset).containsExactly(1L, 1L, 2L);
    assertThat(data("a")).containsExactly("1", "1");
  }

  @Test
  void manyPublishersHaveDenseOffsetsEachInItsOwnOrder() throws InterruptedException {
    int each = 200;
    List<Thread> publishers = new ArrayList<>();
    ConcurrentHashMap<Long, Integer> given = new ConcurrentHashMap<>();
    for (int p = 0; p < 8; p++) {
      int publisher = p;
      publishers.add(new Thread(() -> {
        long last = 0;
        for (int i = 0; i < each; i++) {
          long offset = append("a", String.valueOf(publisher)).offset();
          given.put(offset, offset > last ? 1 : 2);
          last = offset;
        }
      }));
    }
    publishers.forEach(Thread::start);
    for (Thread publisher : publishers) {
      publisher.join();
    }
    assertThat(given.keySet())
        .containsExactlyInAnyOrderElementsOf(
            LongStream.rangeClosed(1, 8L * each).boxed().toList());
    assertThat(given.values()).as("one's later one stands later").containsOnly(1);
    assertThat(head("a").offset()).isEqualTo(8L * each);
  }

  @Test
  void callsThatWereMadeInOrderStandInOrder() {
    List<CompletableFuture<List<Position>>> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      calls.add(
          store.append(List.of(new Draft(name("few:a"), String.valueOf(i)))).toCompletableFuture());
    }
    List<Long> offsets = calls.stream().map(call -> call.join().get(0).offset()).toList();
    assertThat(offsets).isEqualTo(LongStream.rangeClosed(1, 100).boxed().toList());
    assertThat(data("few:a")).containsExactly("98", "99");
  }

  @Test
  void aForgottenChannelHasAnotherLifeSoThatAnOldPositionIsAGap() {
    Position old = append("a", "1");
    append("b", "1");
    append("c", "1");
    append("d", "1"); // one name too many: a is the least recently used
    append("a", "other");
    assertThat(start("a", old).reason()).isEqualTo(GapReason.EPOCH);
  }

  @Test
  void aChannelThatIsReadIsNotForgotten() {
    Position first = append("a", "1");
    Store.View view = read("a");
    append("b", "1");
    append("c", "1");
    append("d", "1");
    append("a", "2");
    assertThat(view.read(first, 1000)).isInstanceOf(Reading.Range.class);
    view.close();
  }

  @Test
  void whenAllNamesAreInUseNothingOfACallIsPublished() {
    for (String name : List.of("a", "b", "c")) {
      append(name, "1");
      read(name);
    }
    Store.View c = read("c");
    assertThatThrownBy(() -> append(new Draft(name("c"), "1"), new Draft(name("d"), "1")))
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(Store.Unavailable.class);
    assertThat(c.head().offset()).isEqualTo(1);
    append("c", "1");
    assertThat(c.head().offset()).isEqualTo(2);
  }

  /** Strangers may ask for any name: what was acknowledged must not go for it. */
  @Test
  void whoReadsNamesWithoutPublicationsForgetsNobodysChannel() {
    Position a = append("a", "1");
    append("b", "1");
    append("c", "1");
    read("d").close();
    for (String name : List.of("e", "f", "g")) {
      read(name);
    }
    assertThat(data("a")).containsExactly("1");
    assertThat(start("a", a).recovered()).isTrue();
    assertThatThrownBy(() -> read("h")).hasCauseInstanceOf(Store.Unavailable.class);
    append("e", "1"); // a publisher may: b is the least recently used by now
    assertThat(data("e")).containsExactly("1"); // from here on the store counts e as published to
    assertThat(data("b")).isEmpty();
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
    assertThat(data("a")).isEmpty();
    assertThat(start("a", new Position(a.epoch(), 0, 0)).reason()).isEqualTo(GapReason.TRIMMED);
    assertThat(head("a")).isEqualTo(a);
    assertThat(data("b").size() + data("c").size()).isLessThanOrEqualTo(8);
  }

  @Test
  void whatIsTooOldGoesWithoutAnybodyPublishing() {
    append("a", "1");
    time.advance(Duration.ofHours(2));
    store.sweep();
    assertThat(data("a")).isEmpty();
    assertThat(head("a").offset()).isEqualTo(1);
  }

  @Test
  void eachChannelKeepsWhatItsRuleSays() {
    for (int i = 0; i < 5; i++) {
      append("few:a", String.valueOf(i));
      append("many", String.valueOf(i));
    }
    assertThat(data("few:a")).containsExactly("3", "4");
    assertThat(data("many")).hasSize(5);
  }

  @Test
  void theSameIdIsTheSamePublicationAndPublishedOnce() {
    Position first = append("a", "1", "x");
    append("a", "2", "y");
    assertThat(append("a", "1", "x")).isEqualTo(first);
    assertThat(data("a")).containsExactly("1", "2");
  }

  @Test
  void aPublicationKeepsTheIdOfItsPublisher() {
    append("a", "1");
    append("a", "2", "order-1:\\~");
    append(
        new Draft(name("a"), "3", "x"),
        new Draft(name("b"), "3", "x"),
        new Draft(name("a"), "4"),
        new Draft(name("a"), "5", "x", "user\nann"));
    assertThat(ids("a")).containsExactly("", "order-1:\\~", "x", "", "x");
    assertThat(data("a")).containsExactly("1", "2", "3", "4", "5");
    assertThat(ids("b")).containsExactly("x");
  }

  @Test
  void theIdsOfPublishersWhoAreToldApartAreTheirOwn() {
    Draft anns = new Draft(name("a"), "1", "x", "user\nann");
    Position first = append(anns).get(0);
    append("a", "2", "x");
    append(new Draft(name("a"), "3", "x", "user\nbob"));
    assertThat(append(anns)).containsExactly(first);
    assertThat(data("a")).containsExactly("1", "2", "3");
  }

  @Test
  void anIdCountsInItsChannelOnly() {
    append("a", "1", "x");
    List<Position> both = append(new Draft(name("a"), "1", "x"), new Draft(name("b"), "1", "x"));
    assertThat(both).extracting(Position::offset).containsExactly(1L, 1L);
    assertThat(data("a")).hasSize(1);
    assertThat(data("b")).hasSize(1);
  }

  @Test
  void theSameIdTwiceInOneCallIsPublishedOnce() {
    List<Position> both = append(new Draft(name("a"), "1", "x"), new Draft(name("a"), "1", "x"));
    assertThat(both.get(1)).isEqualTo(both.get(0));
    assertThat(data("a")).hasSize(1);
  }

  @Test
  void theSameIdWhileTheFirstIsStillUnderWayIsPublishedOnce() {
    for (int round = 0; round < 50; round++) {
      List<CompletableFuture<List<Position>>> calls = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Draft draft = new Draft(name("a"), "1", "round-" + round);
        calls.add(CompletableFuture.supplyAsync(() -> append(draft)));
      }
      assertThat(calls.stream().map(call -> call.join().get(0)).distinct()).hasSize(1);
    }
    assertThat(head("a").offset()).isEqualTo(50);
  }

  @Test
  void anIdIsForgottenAfterItsTime() {
    append("a", "1", "x");
    time.advance(Duration.ofMinutes(59));
    append("a", "1", "x");
    assertThat(head("a").offset()).isEqualTo(1);
    time.advance(Duration.ofMinutes(2));
    append("a", "1", "x");
    assertThat(head("a").offset()).isEqualTo(2);
  }

  @Test
  void idsAreBoundedInNumberTheOldestGoesFirst() {
    for (String id : List.of("1", "2", "3", "4", "5")) {
      append("a", "0", id);
    }
    append("a", "0", "2");
    assertThat(head("a").offset()).isEqualTo(5);
    append("a", "0", "1");
    assertThat(head("a").offset()).isEqualTo(6);
  }

  @Test
  void anIdOutlivesItsMessage() {
    Position first = append("few:a", "1", "x");
    append("few:a", "2");
    append("few:a", "3");
    assertThat(append("few:a", "1", "x")).isEqualTo(first);
    assertThat(data("few:a")).containsExactly("2", "3");
  }

  @Test
  void afterTheCloseNothingIsTakenButWhatIsThereCanBeRead() {
    append("a", "1");
    store.close();
    if (store.failure().isPresent()) { // memory has nothing to close
      assertThatThrownBy(() -> append("a", "2")).hasCauseInstanceOf(Store.Unavailable.class);
    }
    assertThat(data("a")).startsWith("1");
  }
}
