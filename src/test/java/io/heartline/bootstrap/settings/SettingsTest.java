package io.heartline.bootstrap.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.engine.Rights.Action;
import io.heartline.log.Retention;
import io.heartline.log.RetentionRules;
import io.heartline.model.ChannelName;
import io.heartline.protocol.stomp.SendRule;
import io.heartline.security.RightsRule;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final long HEAP = 4L << 30;

  private static Settings read(Map<String, String> values) {
    return Settings.read(new Sources(values::get), false, HEAP);
  }

  @Test
  void defaultsAreThoseOfTheReadme() {
    Settings settings = read(Map.of());
    assertThat(settings.beat()).isEqualTo(Duration.ofSeconds(25));
    assertThat(settings.miniProgramBeat()).isEqualTo(Duration.ofSeconds(4));
    assertThat(settings.store().retention().others().count()).isEqualTo(1000);
    assertThat(settings.store().kind()).isEqualTo("file");
    assertThat(settings.store().disk()).isEqualTo(4L << 30);
    assertThat(settings.store().idAge()).isEqualTo(Duration.ofHours(1));
    assertThat(settings.demo()).isFalse();
    assertThat(settings.seats()).containsEntry("line", "newest").containsEntry("wss", "none");
  }

  @Test
  void theFirstPlaceWins() {
    Sources sources =
        new Sources(Map.of("heartline.beat", "7s")::get, Map.of("heartline.beat", "8s")::get);
    assertThat(Settings.read(sources, false, HEAP).beat()).isEqualTo(Duration.ofSeconds(7));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      heartline.beat               | fast   | heartline.beat must be a whole number with its unit ms, s, m, h or d: fast
      heartline.beat               | 10     | heartline.beat must be a whole number with its unit ms, s, m, h or d: 10
      heartline.beat               | 10ms   | heartline.beat must be at least 1000ms: 10ms
      heartline.retain.age         | 1000000d | heartline.retain.age must be at most 36500d: 1000000d
      heartline.grace              | 999999999999d | heartline.grace must be at most 36500d: 999999999999d
      heartline.retain.rules       | a=1/36501d/1MiB | heartline.retain.rules[age] must be at most 36500d: 36501d
      heartline.memory             | 999999999999999GiB | heartline.memory must be between 1048576 and 1099511627776: 999999999999999GiB
      heartline.line.channels      | many   | heartline.line.channels must be a whole number: many
      heartline.line.channels      | 0      | heartline.line.channels must be between 1 and 10000: 0
      heartline.demo               | yes    | heartline.demo must be true or false: yes
      heartline.message            | 64K    | heartline.message must be a whole number with its unit B, KiB, MiB or GiB: 64K
      heartline.message            | 1B     | heartline.message must be between 1024 and 16777216: 1B
      heartline.seats.line         | first  | heartline.seats.line must be newest, oldest, none or a number from 1: first
      heartline.subscribe          | a,user:* | heartline.subscribe must not open user:... channels: each is private to its user, who may read it without a rule: user:*
      heartline.publish            | a for b,c | heartline.publish must be for everybody, users, group:<name> or claim.<name>=<value>: b: a for b
      heartline.rights.callback    | app    | heartline.rights.callback must be an http or https URL that has no user, query or fragment: URLs are logged, the key has a property of its own: app
      heartline.rights.callback.key | short | heartline.rights.callback.key must have at least 8 characters, of A-Z a-z 0-9 and punctuation, without spaces: the key
      heartline.store              | disk   | heartline.store must be file, memory or redis: disk
      heartline.disk               | 1MiB   | heartline.disk must be between 67108864 and 1125899906842624: 1MiB
      heartline.retain.rules       | a=1    | heartline.retain.rules must be rules such as orders:*=100/1h/1MiB, separated by commas: a=1
      heartline.retain.rules       | a=0/1h/1MiB | heartline.retain.rules[count] must be between 1 and 1000000: 0
      heartline.retain.rules       | a=1/1/1MiB  | heartline.retain.rules[age] must be a whole number with its unit ms, s, m, h or d: 1
      heartline.retain.rules       | a b=1/1h/1MiB | heartline.retain.rules must begin with a channel's name or its beginning and *; it may contain A-Z a-z 0-9 _ . : # / - only: U+0020 at 1: a b=1/1h/1MiB
      heartline.rotate.max         | 1h     | heartline.rotate.max must be at least 14400000ms: 1h
      """)
  void badSettingsNameThePropertyTheRuleAndTheValue(String name, String value, String message) {
    assertThatThrownBy(() -> read(Map.of(name, value)))
        .isInstanceOf(BadSetting.class)
        .hasMessage(message);
  }

  @Test
  void bytesAndDurationsHaveUnits() {
    Settings settings = read(Map.of(
        "heartline.message", "1MiB", "heartline.beat", "1500ms", "heartline.retain.age", "2d"));
    assertThat(settings.messageBytes()).isEqualTo(1 << 20);
    assertThat(settings.beat()).isEqualTo(Duration.ofMillis(1500));
    assertThat(settings.store().retention().others().age()).isEqualTo(Duration.ofDays(2));
  }

  @ParameterizedTest
  @CsvSource({"64, 16, 16384, 20971", "128, 32, 32768, 41943", "8192, 256, 1000000, 250000"})
  void aSmallHeapKeepsLess(int heap, int memory, int channels, int ids) {
    StoreSettings store =
        Settings.read(new Sources(name -> null), false, (long) heap << 20).store();
    assertThat(store.memory()).isEqualTo((long) memory << 20);
    assertThat(store.channels()).isEqualTo(channels);
    assertThat(store.ids()).isEqualTo(ids);
    assertThat(store.textBytes()).isEqualTo(Math.max(1 << 20, store.memory() / 8));
    assertThat(store.frameBytes()).isEqualTo(Math.max(1 << 20, store.memory() / 16));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      heartline.memory      | 2048MiB | 2049MiB | heartline.memory must be at most 2048MiB, half of the heap (-Xmx): 2049MiB
      heartline.channels    | 2097152 | 2097153 | heartline.channels must be at most 2097152: each takes 512 bytes of the heap (-Xmx): 2097153
      heartline.publish.ids | 2684354 | 2684355 | heartline.publish.ids must be at most 2684354: each takes 200 bytes of the heap (-Xmx): 2684355
      """)
  void whatTheHeapCannotHoldEndsTheStart(String name, String most, String more, String message) {
    read(Map.of(name, most));
    assertThatThrownBy(() -> read(Map.of(name, more)))
        .isInstanceOf(BadSetting.class)
        .hasMessage(message);
  }

  @Test
  void theFirstRuleThatFitsAChannelSaysWhatIsKept() {
    RetentionRules rules = read(Map.of(
            "heartline.retain.rules",
            "chat:a=5/1h/1KiB, chat:*=7/2h/2KiB,",
            "heartline.retain.count",
            "9"))
        .store()
        .retention();
    assertThat(rules.of(new ChannelName("chat:a")).count()).isEqualTo(5);
    assertThat(rules.of(new ChannelName("chat:b")))
        .isEqualTo(new Retention(7, Duration.ofHours(2), 2048));
    assertThat(rules.of(new ChannelName("chat")).count()).isEqualTo(9);
  }

  @ParameterizedTest
  @ValueSource(strings = {"08", "+8", "1_000", "1,000", "0x10", "8.0", "1e3", "8 8"})
  void aNumberIsWrittenInOneWay(String value) {
    for (String name : List.of("heartline.line.channels", "heartline.retain.count")) {
      assertThatThrownBy(() -> read(Map.of(name, value)))
          .isInstanceOf(BadSetting.class)
          .hasMessage(name + " must be a whole number: " + value);
    }
    assertThatThrownBy(() -> read(Map.of("heartline.beat", value + 's')))
        .isInstanceOf(BadSetting.class)
        .hasMessageContaining("must be a whole number");
    assertThatThrownBy(() -> read(Map.of("heartline.message", value + "KiB")))
        .isInstanceOf(BadSetting.class)
        .hasMessageContaining("must be a whole number");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      ,                       | heartline.api.keys must hold at least one key: ,
      short                   | key 1 of 1
      good-key-1, two words   | key 2 of 2
      good-key-1, schlüssel-1 | key 2 of 2
      """)
  void aKeyThatCannotBeSentOrCanBeGuessedEndsTheStartAndIsNotShown(String keys, String end) {
    assertThatThrownBy(() -> read(Map.of("heartline.api.keys", keys)))
        .isInstanceOf(BadSetting.class)
        .hasMessageStartingWith("heartline.api.keys must h")
        .hasMessageEndingWith(end);
  }

  @Test
  void aShortKeyIsWarnedOfAndNotShown() {
    Settings settings = read(Map.of("heartline.api.keys", "a-key-of-20-letters., short-key"));
    assertThat(settings.warnings())
        .singleElement()
        .asString()
        .startsWith("key 2 of 2 in heartline.api.keys has fewer than 20 characters")
        .doesNotContain("short-key");
  }

  @Test
  void keysPublishAndDoNothingElseUnlessTheirScopesSaySo() {
    assertThat(read(Map.of()).keys().scopes()).hasToString("publish");
    assertThat(read(Map.of("heartline.api.scopes", "read, publish:a*")).keys().scopes())
        .hasToString("read,publish:a*");
    assertThatThrownBy(() -> read(Map.of("heartline.api.scopes", "all")))
        .isInstanceOf(BadSetting.class)
        .hasMessageMatching("heartline\\.api\\.scopes must be publish, .*: all");
    assertThatThrownBy(() -> read(Map.of("heartline.api.keys.file", "~/keys")))
        .isInstanceOf(BadSetting.class)
        .hasMessageStartingWith("heartline.api.keys.file must be a whole path");
  }

  @Test
  void rulesSayWhereClientsOfStompMaySend() {
    Settings settings = read(Map.of("heartline.stomp.send", "/app/chat = public:chat, /topic/*=*"));
    assertThat(settings.stompSends())
        .containsExactly(
            new SendRule(
                "/app/chat", false, new SendRule.Target.Fixed(new ChannelName("public:chat"))),
            new SendRule("/topic/", true, new SendRule.Target.Named()));
    assertThat(settings.asksTheApplication()).isFalse();
    assertThat(settings.warnings()).isEmpty();
  }

  @Test
  void aChannelWithSlashesInItsNameIsNoUrl() {
    assertThat(read(Map.of("heartline.stomp.send", "/app/chat=public:rooms/1")).stompSends())
        .containsExactly(new SendRule(
            "/app/chat", false, new SendRule.Target.Fixed(new ChannelName("public:rooms/1"))));
  }

  @Test
  void anApplicationThatIsAskedWithoutAKeyIsWarnedOf() {
    String rule = "/app/*=https://app.internal:8443/stomp";
    Settings open = read(Map.of("heartline.stomp.send", rule));
    assertThat(open.asksTheApplication()).isTrue();
    assertThat(open.warnings())
        .singleElement()
        .asString()
        .startsWith("heartline.stomp.callback.key is not set: ");
    Settings keyed =
        read(Map.of("heartline.stomp.send", rule, "heartline.stomp.callback.key", "secret-1"));
    assertThat(keyed.callbackKey()).contains("secret-1");
    assertThat(keyed.warnings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "app=public",
        "/app/a",
        "/a*b=public",
        "/app/a=a b",
        "/app/a=*",
        "/app/a=ftp://x/y",
        "/app/a=http:///y",
        "/app/a=https://user:password@x/y",
        "/app/a=https://x/y?key=1",
        "/app/a=https://x/y#z",
        "/app/a=https://x/ y",
        "/app/a=public,/app/a=updates",
        "/app/*=public,/app/*=updates",
      })
  void aRuleOfSendsThatIsNoneEndsTheStart(String rules) {
    assertThatThrownBy(() -> read(Map.of("heartline.stomp.send", rules)))
        .isInstanceOf(BadSetting.class)
        .hasMessageStartingWith("heartline.stomp.send must ")
        .hasMessageNotContaining("password");
  }

  @ParameterizedTest
  @ValueSource(strings = {"password", "container,container"})
  void waysToProveWhoOneIsAreNamedOnce(String order) {
    assertThat(read(Map.of()).auth().order()).containsExactly("container");
    assertThatThrownBy(() -> read(Map.of("heartline.auth", order)))
        .isInstanceOf(BadSetting.class)
        .hasMessageStartingWith("heartline.auth must name each way once, of these: container");
  }

  @Test
  void basesOfSockJsAreWhereNothingElseIs() {
    assertThat(read(Map.of("heartline.sockjs.bases", "/chat, /execution-progress/info"))
            .sockJsBases())
        .containsExactly("/chat", "/execution-progress/info");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"chat", "/", "/chat/", "/a//b", "/a/../b", "/api/x", "/sockjs/x", "/stomp", "/a,/a"
      })
  void aBaseOfSockJsThatIsNoneEndsTheStart(String bases) {
    assertThatThrownBy(() -> read(Map.of("heartline.sockjs.bases", bases)))
        .isInstanceOf(BadSetting.class)
        .hasMessageStartingWith("heartline.sockjs.bases must be paths ");
  }

  @Test
  void theKeyForTheApplicationIsNeverShown() {
    assertThatThrownBy(() -> read(Map.of("heartline.stomp.callback.key", "short")))
        .isInstanceOf(BadSetting.class)
        .hasMessageContaining("at least 8 characters")
        .hasMessageNotContaining("short");
  }

  @Test
  void aBeatThatProxiesDoNotWaitForIsWarnedOf() {
    assertThat(read(Map.of("heartline.beat", "59s")).warnings()).isEmpty();
    assertThat(read(Map.of("heartline.beat", "1m")).warnings())
        .singleElement()
        .asString()
        .startsWith("heartline.beat is 60s: ");
  }

  @Test
  void rightsAreClosedUnlessRulesOpenThem() {
    RightsSettings none = read(Map.of()).rights();
    assertThat(none.rules().values()).hasSize(4).allMatch(List::isEmpty);
    assertThat(none.callback()).isEmpty();
    Map<Action, List<RightsRule>> rules = read(Map.of(
            "heartline.subscribe", "order:{user}:*, team:{claim.team}:* , staff:* for group:staff",
            "heartline.publish", "chat:* for users"))
        .rights()
        .rules();
    assertThat(rules.get(Action.SUBSCRIBE)).hasSize(3);
    assertThat(rules.get(Action.READ_HISTORY)).isEqualTo(rules.get(Action.SUBSCRIBE));
    assertThat(rules.get(Action.PUBLISH)).containsExactly(RightsRule.parse("chat:*"));
    assertThat(read(Map.of("heartline.subscribe", "a", "heartline.history", "nobody"))
            .rights()
            .rules()
            .get(Action.READ_HISTORY))
        .isEmpty();
  }

  @Test
  void whatIsHardlyMeantAboutRightsIsTold() {
    Settings settings = read(Map.of(
        "heartline.publish", "guestbook for everybody, chat:*",
        "heartline.rights.callback", "https://app.internal/rights"));
    assertThat(settings.warnings())
        .satisfiesExactly(
            publish -> assertThat(publish).startsWith("heartline.publish has guestbook for everyb"),
            key -> assertThat(key).startsWith("heartline.rights.callback.key is not set"));
  }
}
