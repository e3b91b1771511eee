package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.log.From;
import io.heartline.log.Reading;
import io.heartline.model.ChannelName;
import io.heartline.model.User;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is in a channel, told in a channel of its own. */
class PresenceTest {
  private static final Duration AWAY = Duration.ofSeconds(20);
  private static final ChannelName CHAT = new ChannelName("chat");
  private static final User BOB = new User("bob");

  private final Rig rig = new Rig();

  @BeforeEach
  void keep() {
    rig.engine.keepPresence(channel -> channel.text().startsWith("chat"), AWAY);
    rig.pass(AWAY); // those from before a start would be back by now
  }

  private Line join(User user) {
    Line line = rig.open(Rig.pages(SeatPolicy.NONE), user, new RecordingConnection());
    rig.say(line, "{\"subscribe\":\"chat\"}");
    return line;
  }

  /** What was told, without white space. */
  private List<String> told() {
    List<String> all = new ArrayList<>();
    rig.engine
        .look(new ChannelName("chat#presence"), new From.Last(100), opened -> {
          if (opened.view().read(opened.start().position(), Integer.MAX_VALUE)
              instanceof Reading.Range range) {
            range.publications().forEach(one -> all.add(one.data()));
          }
          return 0;
        })
        .toCompletableFuture()
        .join();
    return all;
  }

  private Here here() {
    return rig.engine.here(CHAT).toCompletableFuture().join();
  }

  @Test
  void theFirstToldIsEverybodyAndThenWhoComesAndGoes() {
    join(Rig.ANN);
    Line bob = join(BOB);
    bob.closed(1001);
    rig.pass(AWAY);
    assertThat(told())
        .containsExactly(
            "{\"here\":[\"ann\"],\"count\":1}",
            "{\"join\":[\"bob\"],\"leave\":[],\"count\":2}",
            "{\"join\":[],\"leave\":[\"bob\"],\"count\":1}");
    assertThat(here().users()).containsExactly(Rig.ANN);
    assertThat(here().count()).isEqualTo(1);
  }

  @Test
  void whoComesBackInTimeHasNotLeft() {
    join(Rig.ANN).closed(1006);
    rig.pass(AWAY.minusSeconds(1));
    Line again = join(Rig.ANN);
    rig.pass(AWAY.multipliedBy(2));
    assertThat(told()).containsExactly("{\"here\":[\"ann\"],\"count\":1}");
    again.closed(1006);
    rig.pass(AWAY);
    assertThat(told()).last().isEqualTo("{\"join\":[],\"leave\":[\"ann\"],\"count\":0}");
  }

  @Test
  void aUserOfSeveralLinesLeavesWithTheLastOne() {
    Line first = join(Rig.ANN);
    Line second = join(Rig.ANN);
    first.closed(1000);
    rig.pass(AWAY.multipliedBy(2));
    assertThat(here().users()).containsExactly(Rig.ANN);
    rig.say(second, "{\"unsubscribe\":\"chat\"}");
    rig.pass(AWAY);
    assertThat(here().users()).isEmpty();
    assertThat(told()).hasSize(2);
  }

  @Test
  void anonymousLinesAndOtherChannelsAreNotCounted() {
    join(null);
    Line line = rig.open(Rig.pages(SeatPolicy.NONE), Rig.ANN, new RecordingConnection());
    rig.say(line, "{\"subscribe\":\"news\"}");
    assertThat(told()).isEmpty();
    assertThat(here().position()).isNotNull();
    assertThat(rig.engine
            .here(new ChannelName("news"))
            .toCompletableFuture()
            .join()
            .position())
        .isNull();
  }

  @Test
  void afterAStartNobodyIsNamedBeforeAllCouldComeBack() {
    Rig next = new Rig();
    next.engine.keepPresence(channel -> true, AWAY);
    RecordingConnection connection = new RecordingConnection();
    Line watcher = next.page(connection);
    next.say(watcher, "{\"subscribe\":\"chat#presence\"}");
    Line line = next.open(Rig.pages(SeatPolicy.NONE), Rig.ANN, new RecordingConnection());
    next.say(line, "{\"subscribe\":\"chat\"}");
    next.pass(AWAY.minusSeconds(1));
    assertThat(connection.rest()).noneMatch(text -> text.contains("here"));
    next.pass(Duration.ofSeconds(1));
    assertThat(connection.rest()).singleElement().asString().contains("{\"here\":[\"ann\"]");
  }

  @Test
  void whoHasComeBackSinceAStartIsCountedEvenBeforeItIsTold() {
    Rig next = new Rig();
    next.engine.keepPresence(channel -> true, AWAY);
    Line line = next.open(Rig.pages(SeatPolicy.NONE), Rig.ANN, new RecordingConnection());
    next.say(line, "{\"subscribe\":\"chat\"}");
    Here here = next.engine.here(CHAT).toCompletableFuture().join();
    assertThat(here.users()).containsExactly(Rig.ANN);
    assertThat(here.count()).isEqualTo(1);
  }

  @Test
  void aWatcherOfAChannelWithoutAnybodyIsToldSo() {
    RecordingConnection connection = new RecordingConnection();
    Line watcher = rig.page(connection);
    rig.say(watcher, "{\"subscribe\":\"chat#presence\"}");
    assertThat(connection.rest()).last().asString().contains("{\"here\":[],\"count\":0}");
    rig.say(watcher, "{\"unsubscribe\":\"chat#presence\"}\n{\"subscribe\":\"chat#presence\"}");
    assertThat(told()).as("a watcher who comes back makes no news").hasSize(1);
  }

  /** The position leads to exactly what has happened since. */
  @Test
  void nothingIsMissedBetweenTheListAndWhatFollows() {
    join(Rig.ANN);
    Here before = here();
    join(BOB);
    RecordingConnection connection = new RecordingConnection();
    Line watcher = rig.page(connection);
    rig.say(watcher, "{\"subscribe\":\"chat#presence\",\"after\":\"" + before.position() + "\"}");
    assertThat(connection.rest())
        .filteredOn(text -> text.contains("\"data\""))
        .singleElement()
        .asString()
        .contains("{\"join\":[\"bob\"],\"leave\":[],\"count\":2}");
  }
}
