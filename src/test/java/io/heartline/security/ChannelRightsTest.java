package io.heartline.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.engine.Rights;
import io.heartline.engine.Rights.Action;
import io.heartline.engine.Rights.Decision;
import io.heartline.engine.Rights.May;
import io.heartline.model.ChannelName;
import io.heartline.model.ChannelPart;
import io.heartline.model.Identity;
import io.heartline.model.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What rules open, for whom, and what nothing opens. */
class ChannelRightsTest {
  private static final Identity ANN = Identity.of(new User("ann"));

  private static Identity granted(String user, String... grants) {
    return new Identity(user == null ? null : new User(user), Identity.NEVER, Set.of(grants), null);
  }

  private static Rights rights(Action action, String... rules) {
    return new ChannelRights(
        Map.of(action, Stream.of(rules).map(RightsRule::parse).toList()), null);
  }

  private static boolean may(Rights rights, Identity identity, Action action, String channel) {
    return rights
            .may(identity, action, new ChannelName(channel))
            .toCompletableFuture()
            .join()
            .may()
        == May.YES;
  }

  private static boolean opens(String rule, Identity identity, String channel) {
    return may(rights(Action.SUBSCRIBE, rule), identity, Action.SUBSCRIBE, channel);
  }

  @ParameterizedTest
  @CsvSource({
    "updates, true, true",
    "public, true, true",
    "public:a, true, true",
    "publicity, false, false",
    "Public:a, false, false",
    "orders, false, false",
    "user:ann, false, true",
    "user:bob, false, false",
    "user:ann/1, false, false",
    "user:Ann, false, false",
    "user:, false, false",
  })
  void withoutRulesChannelsAreClosedUnlessTheyAreEverybodysOrTheUsersOwn(
      String channel, boolean anonymous, boolean ann) {
    for (Action action : List.of(Action.SUBSCRIBE, Action.READ_HISTORY)) {
      Rights rights = new ChannelRights(Map.of(), null);
      assertThat(may(rights, Identity.ANONYMOUS, action, channel)).isEqualTo(anonymous);
      assertThat(may(rights, ANN, action, channel)).isEqualTo(ann);
    }
    for (Action action : List.of(Action.PUBLISH, Action.PRESENCE)) {
      assertThat(may(new ChannelRights(Map.of(), null), ANN, action, channel)).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "lobby, lobby, true",
    "lobby, lobby:1, false",
    "lobby, Lobby, false",
    "chat:*, chat:1, true",
    "chat:*, chat:1:2, true",
    "chat:*, chat:, false",
    "chat:*, chat, false",
    "chat:room-*, chat:room-7:x, true",
    "chat:room-*, chat:room-, false",
    "a:*:c, a:b:c, true",
    "a:*:c, a:b:b:c, false",
    "a:*:c, a::c, false",
    "a:*:c, a:b:c:d, false",
    "a:*:*, a:b:c:d, true",
    "a:*:*, a:b, false",
    "*, anything:at#all, true",
    "order:{user}:*, order:ann:7, true",
    "order:{user}:*, order:bob:7, false",
    "order:{user}:*, order:ann, false",
    "order:{user}:*, order:Ann:7, false",
    "order:{user}, order:ann, true",
    "{user}:x, ann:x, true",
  })
  void aRuleOpensTheChannelsOfItsPatternAndNoOthers(String rule, String channel, boolean opened) {
    assertThat(opens(rule, ANN, channel)).isEqualTo(opened);
    assertThat(opens(rule, Identity.ANONYMOUS, channel))
        .as("the default is users")
        .isFalse();
  }

  @Test
  void aRuleIsForThoseItNames() {
    assertThat(opens("a for everybody", Identity.ANONYMOUS, "a")).isTrue();
    assertThat(opens("a for users", Identity.ANONYMOUS, "a")).isFalse();
    assertThat(opens("a for users", ANN, "a")).isTrue();
    assertThat(opens("a for group:staff", ANN, "a")).isFalse();
    assertThat(opens("a for group:staff", granted("ann", "group:staff"), "a")).isTrue();
    assertThat(opens("a for group:staff", granted(null, "group:staff"), "a")).isTrue();
    assertThat(opens("a for group:staff", granted("ann", "group:staffing"), "a"))
        .isFalse();
    assertThat(opens("a for group:my team", granted("ann", "group:my team"), "a"))
        .isTrue();
    assertThat(opens("a for claim.plan=gold", granted("ann", "claim.plan=gold"), "a"))
        .isTrue();
    assertThat(opens("a for claim.plan=gold", granted("ann", "claim.plan=golden"), "a"))
        .isFalse();
    assertThat(opens("a for claim.plan=gold", granted("ann", "group:plan=gold"), "a"))
        .isFalse();
  }

  @Test
  void aPlaceholderStandsForAnyValueOfTheAskersOwn() {
    Identity ann = granted("ann", "claim.team=red", "claim.team=blue", "group:staff");
    assertThat(opens("team:{claim.team}:*", ann, "team:red:1")).isTrue();
    assertThat(opens("team:{claim.team}:*", ann, "team:blue:1")).isTrue();
    assertThat(opens("team:{claim.team}:*", ann, "team:green:1")).isFalse();
    assertThat(opens("team:{claim.team}:*", ann, "team:staff:1")).isFalse();
    assertThat(opens("team:{claim.other}:*", ann, "team:red:1")).isFalse();
    assertThat(opens("group:{group}", ann, "group:staff")).isTrue();
    assertThat(opens("group:{group}", ann, "group:red")).isFalse();
    assertThat(opens("team:{claim.team}:*", granted("ann", "claim.team="), "team::1"))
        .isFalse();
  }

  /** Whoever chooses a value must not choose how a pattern is read. */
  @ParameterizedTest
  @ValueSource(strings = {"a:b", "*", "a*", "{user}", ":", "a/../b", "a#3Ab", "ä", "\u212A", "a b"})
  void aValueIsOnePartWhateverIsInIt(String value) {
    String part = ChannelPart.of(value);
    Identity named = granted(value, "claim.team=" + value);
    for (String pattern : List.of("x:{user}:*", "x:{claim.team}:*")) {
      assertThat(opens(pattern, named, "x:" + part + ":1")).isTrue();
      for (String other : List.of("x:a:b:1", "x:a:b", "x:b:1", "x:aa:1", "x:ann:1", "x:K:1")) {
        assertThat(opens(pattern, named, other)).as(other).isFalse();
      }
    }
  }

  @Test
  void aValueThatIsTooLongForAChannelIsItsHash() {
    String team = "ü".repeat(100);
    Identity ann = granted("ö".repeat(100), "claim.team=" + team, "claim.team=short");
    String channel = ChannelPart.of(team);
    assertThat(channel).startsWith("##").hasSizeLessThan(50);
    assertThat(opens("t:{claim.team}", ann, "t:" + channel)).isTrue();
    assertThat(opens("t:{user}", ann, "t:" + channel)).isFalse();
    assertThat(opens("t:{user}", ann, "t:" + ChannelPart.of("ö".repeat(100)))).isTrue();
  }

  @Test
  void noRuleOpensAUsersChannelToAnybodyElse() {
    Identity boss = granted("boss", "group:staff", "claim.a=user");
    for (String rule : List.of(
        "* for everybody",
        "*:*",
        "*:ann",
        "u*",
        "{claim.a}:ann",
        "{claim.a}:*",
        "user:{user} for everybody")) {
      for (Action action : Action.values()) {
        assertThat(may(rights(action, rule), boss, action, "user:ann")).as(rule).isFalse();
        assertThat(may(rights(action, rule), Identity.ANONYMOUS, action, "user:ann"))
            .isFalse();
      }
    }
    Rights asked = new ChannelRights(Map.of(), (identity, action, channel) -> Decision.YES.now());
    assertThat(may(asked, boss, Action.SUBSCRIBE, "orders")).isTrue();
    assertThat(may(asked, boss, Action.SUBSCRIBE, "user:ann")).isFalse();
    Identity user = granted("user", "group:staff");
    assertThat(opens("{user}:*", user, "user:ann")).isFalse();
  }

  @Test
  void whoIsInAChannelIsForThoseWhoMaySeeItAndNobodyElse() {
    for (Action action : List.of(Action.SUBSCRIBE, Action.READ_HISTORY, Action.PUBLISH)) {
      Rights all = rights(action, "*");
      assertThat(may(all, ANN, action, "chat:1#presence")).isFalse();
      assertThat(may(all, ANN, action, "public:1#presence")).isFalse();
      assertThat(may(all, ANN, action, "user:ann#presence")).isFalse();
    }
    Rights seen = rights(Action.PRESENCE, "chat:*", "user:{user}");
    for (Action action : List.of(Action.SUBSCRIBE, Action.READ_HISTORY)) {
      assertThat(may(seen, ANN, action, "chat:1#presence")).isTrue();
      assertThat(may(seen, Identity.ANONYMOUS, action, "chat:1#presence")).isFalse();
      assertThat(may(seen, ANN, action, "chat:1")).isFalse();
      assertThat(may(seen, ANN, action, "public:1#presence")).isFalse();
      assertThat(may(seen, ANN, action, "user:ann#presence")).isTrue();
      assertThat(may(seen, ANN, action, "user:bob#presence")).isFalse();
    }
    assertThat(may(seen, ANN, Action.PUBLISH, "chat:1#presence")).isFalse();
  }

  @Test
  void whoMayPublishInTheirOwnChannelIsWhoseItIs() {
    Rights rights = rights(Action.PUBLISH, "user:{user}");
    assertThat(may(rights, ANN, Action.PUBLISH, "user:ann")).isTrue();
    assertThat(may(rights, ANN, Action.PUBLISH, "user:bob")).isFalse();
    Identity odd = granted("a:b@c");
    assertThat(may(rights, odd, Action.PUBLISH, "user:a:b#40c")).isTrue();
    assertThat(may(rights, ANN, Action.PRESENCE, "user:ann")).isFalse();
  }

  @Test
  void aRuleIsAboutTheChannelsThatItOpensForAnybody() {
    RightsRule rule = RightsRule.parse("order:{user}:* for group:staff");
    assertThat(rule.isAbout(new ChannelName("order:ann:7"))).isTrue();
    assertThat(rule.isAbout(new ChannelName("order:bob:7"))).isTrue();
    assertThat(rule.isAbout(new ChannelName("order::7"))).isFalse();
    assertThat(rule.isAbout(new ChannelName("order:ann"))).isFalse();
    assertThat(RightsRule.parse("*").isAbout(new ChannelName("user:ann"))).isFalse();
    assertThat(RightsRule.parse("user:{user}").isAbout(new ChannelName("user:ann")))
        .isTrue();
  }

  @Test
  void oneActionsRulesOpenNothingForOthers() {
    Rights rights = rights(Action.SUBSCRIBE, "a");
    assertThat(may(rights, ANN, Action.SUBSCRIBE, "a")).isTrue();
    assertThat(may(rights, ANN, Action.PUBLISH, "a")).isFalse();
    assertThat(may(rights, ANN, Action.READ_HISTORY, "a")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      user:*                   | must not open user:...
      user:{user}:*            | must not open user:...
      user:ann for group:staff | must not open user:...
      user:                    | must not open user:...
      a*b                      | may have * for a whole part between colons, or at the end: a*b
      a:b*:c                   | may have * for a whole part
      a:**                     | may have * for a whole part
      a{user}                  | may have {user}, {group} or {claim.<name>} for a whole part
      a:{user}*                | may have {user}, {group} or {claim.<name>} for a whole part
      a:{id}                   | may have {user}, {group} or {claim.<name>} for a whole part
      a:{claim.}               | may have {user}, {group} or {claim.<name>} for a whole part
      a:{claim.a=b}            | may have {user}, {group} or {claim.<name>} for a whole part
      a@b                      | must be a pattern of channel names, which may contain A-Z
      a b                      | must be a pattern, or a pattern, for and who
      a for                    | must be a pattern, or a pattern, for and who
      a for nobody             | must be for everybody, users, group:<name> or claim.<name>=<value>: nobody
      a for group:             | must be for everybody
      a for claim.x            | must be for everybody
      """)
  void aBadRuleIsRefusedByTheRuleItBreaks(String rule, String why) {
    assertThatThrownBy(() -> RightsRule.parse(rule))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  /** Against a reader that splits names and looks at each part by itself. */
  @Test
  void anyPatternMatchesWhatASimpleReaderSays() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<String> words = List.of("a", "b", "ann", "", "a#3Ab", "user", "##", "x".repeat(40));
    List<String> parts = List.of("a", "b", "ann", "*", "{user}", "{group}", "{claim.t}", "user");
    Identity ann = granted("ann", "group:b", "claim.t=a:b", "claim.t=x");
    int matched = 0;
    for (int i = 0; i < 50_000; i++) {
      List<String> pattern = some(parts, random);
      List<String> name = some(words, random);
      String channel = String.join(":", name);
      String rule = String.join(":", pattern);
      if (ChannelName.problem(channel) != null || rule.startsWith("user:")) {
        continue;
      }
      boolean expected = channel.startsWith("user:")
          ? channel.equals("user:ann") // their own, without a rule
          : matches(pattern, name);
      matched += expected ? 1 : 0;
      assertThat(opens(rule, ann, channel))
          .as("seed %s: %s and %s", seed, rule, channel)
          .isEqualTo(expected);
    }
    assertThat(matched).isPositive();
  }

  @Test
  void whateverIsWrittenAsARuleIsReadOrRefused() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    String characters = "a:*{}.=user claimgrop#/ for,";
    int read = 0;
    for (int i = 0; i < 50_000; i++) {
      String rule = random
          .ints(random.nextInt(12), 0, characters.length())
          .mapToObj(characters::charAt)
          .map(String::valueOf)
          .reduce("", String::concat);
      try {
        RightsRule.parse(rule).opens(ANN, new ChannelName("a:b:c"));
        read++;
      } catch (IllegalArgumentException e) {
        assertThat(e).as("seed %s: %s", seed, rule).hasMessageMatching("(?s)m(ust|ay) .*");
      }
    }
    assertThat(read).isPositive();
  }

  private static List<String> some(List<String> from, Random random) {
    List<String> some = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      some.add(from.get(random.nextInt(from.size())));
    }
    return some;
  }

  private static boolean matches(List<String> pattern, List<String> name) {
    int size = pattern.size();
    boolean open = pattern.get(size - 1).equals("*");
    if (open ? name.size() < size : name.size() != size) {
      return false;
    }
    for (int i = 0; i < (open ? size - 1 : size); i++) {
      String part = name.get(i);
      boolean fits = switch (pattern.get(i)) {
        case "*" -> !part.isEmpty();
        case "{user}" -> part.equals("ann");
        case "{group}" -> part.equals("b");
        case "{claim.t}" -> part.equals("a#3Ab") || part.equals("x");
        default -> part.equals(pattern.get(i));
      };
      if (!fits) {
        return false;
      }
    }
    return !open || !String.join(":", name.subList(size - 1, name.size())).isEmpty();
  }
}
