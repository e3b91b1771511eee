package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.CloseStatus;
import io.heartline.model.Identity;
import io.heartline.model.Rate;
import io.heartline.model.User;
import io.heartline.testing.Arrivals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/**
 * What was published before a line subscribed is written no faster than allowed, and after news.
 */
class CatchUpTest {
  private static final long KIB = 1024;
  private static final long OWN = 256 * KIB;
  private static final Rate RATE = new Rate(1024 * KIB, 2048 * KIB);

  /** What one write may carry beyond what is allowed: it is settled afterwards. */
  private static final long A_TURN = CatchUp.TURN;

  private static final String LARGE = '"' + "x".repeat(8_000) + '"';
  private static final Pattern PUSH =
      Pattern.compile("\\{\"channel\":\"([^\"]+)\",\"offset\":(\\d+)");

  private final Rig rig = new Rig(flow(OWN, RATE));
  private final RecordingConnection connection = new RecordingConnection();

  private static Limits.Flow flow(long own, Rate shared) {
    return new Limits.Flow(own, shared, Rate.UNLIMITED, Rate.UNLIMITED, 1_000);
  }

  private void pass(Duration duration) {
    for (long i = 0; i < duration.toMillis(); i += 10) {
      rig.time.advance(Duration.ofMillis(10));
      rig.settle();
    }
  }

  private void fill(String channel, int publications, String data) {
    for (int i = 0; i < publications; i++) {
      rig.publishOnly(channel, data);
    }
    rig.run();
  }

  private Line page(Identity identity, RecordingConnection to) {
    Line line = rig.engine
        .open(
            Rig.pages(SeatPolicy.NONE),
            to,
            Arrivals.of(new Authenticator.Verdict.Known(identity).now(), null))
        .orElseThrow();
    rig.say(line, "{\"hello\":{}}");
    to.next();
    return line;
  }

  private static long bytes(RecordingConnection to) {
    long bytes = to.writes.stream().mapToLong(Outgoing::chars).sum();
    to.writes.clear();
    return bytes;
  }

  private static List<Long> offsets(RecordingConnection to, String channel) {
    List<Long> offsets = new ArrayList<>();
    for (String text : to.rest()) {
      Matcher push = PUSH.matcher(text);
      while (push.find()) {
        if (push.group(1).equals(channel)) {
          offsets.add(Long.valueOf(push.group(2)));
        }
      }
    }
    return offsets;
  }

  @Test
  void aPageThatResumesIsNotSlowedDown() {
    fill("updates", 1_000, "{\"order\":4711,\"state\":\"shipped\",\"at\":\"2026-11-29\"}");
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"updates\",\"last\":1000}");
    assertThat(offsets(connection, "updates")).hasSize(1_000);
    assertThat(rig.engine.statistics().held()).isZero();
  }

  @Test
  void whatIsPublishedAfterwardsIsNotHistory() {
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"updates\"}");
    connection.sticks = true;
    fill("updates", 1_000, LARGE);
    connection.unstick();
    rig.run();
    assertThat(offsets(connection, "updates")).hasSize(1_000);
    assertThat(rig.engine.statistics().held()).isZero();
  }

  @Test
  void whoReadsItAgainAndAgainGetsNoMoreThanAllowed() {
    fill("updates", 900, LARGE);
    Line line = rig.page(connection);
    int seconds = 15;
    long asked = 0;
    for (int i = 0; i < seconds * 10; i++) {
      String again = "{\"subscribe\":\"updates\",\"last\":1000}\n{\"unsubscribe\":\"updates\"}";
      rig.say(line, "{\"subscribe\":\"updates\",\"last\":1000}");
      pass(Duration.ofMillis(100));
      rig.say(line, "{\"unsubscribe\":\"updates\"}");
      asked += again.length();
    }
    long sent = bytes(connection);
    long allowed = OWN + RATE.burst() + RATE.perSecond() * seconds;
    assertThat(sent).isBetween(allowed * 9 / 10, allowed + A_TURN + 1_000 * seconds);
    assertThat(sent / asked).as("bytes out for each byte in").isLessThan(2_000);
    assertThat(rig.engine.statistics().held()).isPositive();
  }

  @Test
  void newsOfOtherChannelsGoOnMeanwhile() {
    fill("updates", 900, LARGE);
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"public:news\"}");
    rig.say(line, "{\"subscribe\":\"updates\",\"last\":1000}");
    long before = offsets(connection, "updates").size();
    assertThat(before).isBetween(1L, 899L);
    for (int i = 0; i < 10; i++) {
      rig.publish("public:news", "1");
    }
    assertThat(offsets(connection, "public:news")).hasSize(10);

    rig.publish("updates", "\"new\"");
    assertThat(offsets(connection, "updates"))
        .as("it comes after what was before it")
        .isEmpty();
    pass(Duration.ofSeconds(10));
    assertThat(offsets(connection, "updates")).hasSize((int) (901 - before)).endsWith(901L);
  }

  @Test
  void thoseWhoAreNobodyShareByAddress() {
    fill("updates", 900, LARGE);
    List<RecordingConnection> connections = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      RecordingConnection each = new RecordingConnection();
      connections.add(each);
      rig.say(rig.page(each), "{\"subscribe\":\"updates\",\"last\":1000}");
    }
    pass(Duration.ofSeconds(5));
    long sent = connections.stream().mapToLong(CatchUpTest::bytes).sum();
    long allowed = 20 * OWN + RATE.burst() + 5 * RATE.perSecond();
    assertThat(sent).isBetween(allowed * 9 / 10, allowed + 20 * A_TURN);

    pass(Duration.ofSeconds(10));
    List<Long> each = connections.stream().map(CatchUpTest::bytes).sorted().toList();
    assertThat(each.get(19) - each.get(0)).as("they take turns").isLessThan(3 * A_TURN);
  }

  @Test
  void usersHaveTheirOwnAndGuestsHaveNot() {
    fill("updates", 900, LARGE);
    long one = OWN + RATE.burst();
    for (String user : List.of("ann", "bob")) {
      RecordingConnection each = new RecordingConnection();
      rig.say(page(Identity.of(new User(user)), each), "{\"subscribe\":\"updates\",\"last\":1000}");
      assertThat(bytes(each)).isBetween(one - A_TURN, one + 2 * A_TURN);
    }
    List<Long> guests = new ArrayList<>();
    for (String guest : List.of("calm-otter-1234", "calm-otter-5678")) {
      RecordingConnection each = new RecordingConnection();
      Identity identity =
          new Identity(new User(guest), Identity.NEVER, Set.of(Identity.GUEST), null);
      rig.say(page(identity, each), "{\"subscribe\":\"updates\",\"last\":1000}");
      guests.add(bytes(each));
    }
    assertThat(guests.get(0)).isBetween(one - A_TURN, one + 2 * A_TURN);
    assertThat(guests.get(1)).isBetween(OWN, OWN + 2 * A_TURN);
  }

  @Test
  void strangersOfOneNetworkAreOne() {
    rig.engine.networks(address -> "all");
    fill("updates", 900, LARGE);
    rig.say(rig.page(connection), "{\"subscribe\":\"updates\",\"last\":1000}");
    RecordingConnection second = new RecordingConnection();
    rig.say(rig.page(second), "{\"subscribe\":\"updates\",\"last\":1000}");
    assertThat(bytes(second)).isLessThan(OWN + 2 * A_TURN);
  }

  @Test
  void aLineThatEndsDoesNotWaitForWhatIsHeld() {
    fill("updates", 900, LARGE);
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"updates\",\"last\":1000}");
    List<Long> first = offsets(connection, "updates");
    line.close(CloseStatus.STOPPING, 0, true);
    rig.run();
    assertThat(connection.closed).isEqualTo(CloseStatus.STOPPING);
    assertThat(String.join("\n", connection.rest())).contains("\"bye\"");
    assertThat(first.size()).isLessThan(900);
  }

  @Test
  void whoLeavesGivesTheTurnBack() {
    fill("updates", 900, LARGE);
    rig.say(rig.page(connection), "{\"subscribe\":\"updates\",\"last\":1000}");
    bytes(connection);
    for (int i = 0; i < 90; i++) { // each asks for a turn
      RecordingConnection each = new RecordingConnection();
      Line line = rig.page(each);
      rig.say(line, "{\"subscribe\":\"updates\",\"last\":1000}");
      line.closed(CloseStatus.LOST);
    }
    pass(Duration.ofMillis(500));
    assertThat(bytes(connection)).isGreaterThan(RATE.perSecond() / 2 - 2 * A_TURN);
  }

  @Test
  void oneThatIsLargerThanAllThatIsAllowedComesToo() {
    String huge = '"' + "x".repeat(2_500_000) + '"';
    fill("updates", 3, huge);
    rig.say(rig.page(connection), "{\"subscribe\":\"updates\",\"last\":1000}");
    assertThat(offsets(connection, "updates")).containsExactly(1L);
    pass(Duration.ofSeconds(10));
    assertThat(offsets(connection, "updates")).containsExactly(2L, 3L);
    assertThat(rig.engine.statistics().held()).isPositive();
  }

  /** Texts count by what they are on the wire. */
  @Test
  void lettersBeyondAsciiCountByTheirBytes() {
    fill("updates", 900, '"' + "心".repeat(2_667) + '"');
    rig.say(rig.page(connection), "{\"subscribe\":\"updates\",\"last\":1000}");
    long allowed = OWN + RATE.burst();
    assertThat(bytes(connection)).isBetween(allowed / 3 - A_TURN, allowed / 3 + 2 * A_TURN);
    assertThat(Utf8Length.of(List.of("aé心😀", "b"))).isEqualTo(11);
  }

  /** Whatever comes in whatever order: each line reads without a hole and without a repeat. */
  @RepeatedTest(10)
  void nothingIsLostAndNothingComesTwice() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Rig small = new Rig(flow(random.nextInt(20_000), new Rate(400_000, 80_000)));
    List<String> channels = List.of("updates", "public:a", "public:b");
    List<RecordingConnection> connections = new ArrayList<>();
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      RecordingConnection each = new RecordingConnection();
      each.quick = random.nextBoolean();
      connections.add(each);
      lines.add(small.page(each));
    }
    for (int i = 0; i < 1_000; i++) {
      int line = random.nextInt(4);
      String channel = channels.get(random.nextInt(3));
      switch (random.nextInt(6)) {
        case 0 ->
          small.say(
              lines.get(line),
              "{\"subscribe\":\"" + channel + "\",\"last\":" + random.nextInt(500) + "}");
        case 1 -> {
          small.time.advance(Duration.ofMillis(random.nextInt(20)));
          small.settle();
        }
        default -> small.publish(channel, '"' + "x".repeat(random.nextInt(2_000)) + '"');
      }
    }
    for (int i = 0; i < 2_000; i++) { // not so long that lines are missed
      small.time.advance(Duration.ofMillis(10));
      small.settle();
    }
    Map<String, Long> heads = new HashMap<>();
    channels.forEach(
        channel -> heads.put(channel, small.publishOnly(channel, "0").offset() - 1));
    for (RecordingConnection each : connections) {
      Map<String, Long> last = new HashMap<>();
      for (String text : each.rest()) {
        Matcher push = PUSH.matcher(text);
        if (push.find()) {
          long offset = Long.parseLong(push.group(2));
          Long before = last.put(push.group(1), offset);
          assertThat(before == null || before + 1 == offset)
              .as("seed %s: %s", seed, text)
              .isTrue();
        }
      }
      last.forEach((channel, offset) -> assertThat(offset)
          .as("seed %s: the last of %s", seed, channel)
          .isEqualTo(heads.get(channel)));
    }
  }
}
