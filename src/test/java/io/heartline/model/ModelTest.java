package io.heartline.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelTest {
  @Test
  void aPositionReadsBackAsWritten() {
    Position position = new Position("1a.0", 13, 1_700_000_000_000_000L);
    assertThat(Position.parse(position.toString())).hasValue(position);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "e",
        "e:1",
        "e:1:",
        "e::1",
        ":1:1",
        "e:-1:1",
        "e:1:-1",
        "e:1:1:1",
        "e:x:1",
        "e:99999999999999999999:1"
      })
  void whatIsNoPositionIsNone(String text) {
    assertThat(Position.parse(text)).isEmpty();
  }

  @Test
  void channelNamesAreHeldToTheirRule() {
    assertThat(ChannelName.problem("user:42/a-b_c.d#1")).isNull();
    assertThat(ChannelName.problem("")).contains("1 to 255 characters: 0");
    assertThat(ChannelName.problem("x".repeat(256))).contains("256");
    assertThat(ChannelName.problem("a b")).contains("U+0020 at 1");
    assertThat(ChannelName.problem("a\u00e9")).contains("U+00E9 at 1");
    assertThatThrownBy(() -> new ChannelName("{}")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void noTwoUsersShareAChannel() {
    assertThat(new User("42").channel().text()).isEqualTo("user:42");
    assertThat(new User("ann@example.com").channel().text()).isEqualTo("user:ann#40example.com");
    assertThat(new User("ann#40example.com").channel().text())
        .isEqualTo("user:ann#2340example.com");
    assertThat(new User("\u5f20\u4e09").channel().text()).isEqualTo("user:#E5#BC#A0#E4#B8#89");
  }

  @Test
  void usersAreHeldToTheirRule() {
    assertThat(User.problem("")).contains("1 to 128");
    assertThat(User.problem("a\nb")).contains("control");
    assertThat(User.problem("a\ud83d")).contains("half a character");
    assertThat(User.problem("\u5f20".repeat(128))).isNull();
    assertThat(User.problem("\u5f20".repeat(129))).contains("1 to 128 characters: 129");
  }

  @Test
  void aLongNameGetsAChannelOfBoundedLength() {
    String longest = "a".repeat(128);
    assertThat(new User(longest).channel().text()).isEqualTo("user:" + longest);
    String fits = "a" + "\u5f20".repeat(27) + "@@";
    assertThat(new User(fits).channel().text()).hasSize(255).doesNotContain("##");
    String hashed = new User(fits + "a").channel().text();
    assertThat(hashed).matches("user:##[A-Za-z0-9_-]{43}");
    assertThat(new User(fits + "b").channel().text()).isNotEqualTo(hashed);
    assertThat(new User("\u5f20".repeat(28)).channel().text())
        .isEqualTo("user:##IXtqs8vW8kqCYpl2EigecJU0APh9o2EIE3BBM6e0L5g");
    assertThat(new User("\u5f20".repeat(128)).channel().text()).hasSize(50);
  }

  /** Otherwise one user could read what is another's. */
  @Test
  void noNameIsWrittenAsTheHashOfAnother() {
    String hash = new User("\u5f20".repeat(28)).channel().text().substring("user:".length());
    assertThat(new User(hash).channel().text()).startsWith("user:#23#23");
  }

  @Test
  void reasonsAreCutBetweenCodePointsToFitACloseFrame() {
    String reason = new CloseStatus(4000, CloseCause.NORMAL, "\u5f20".repeat(60)).reason();
    assertThat(reason).isEqualTo("\u5f20".repeat(41));
    assertThat(reason.getBytes(StandardCharsets.UTF_8)).hasSize(123);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 999, 1002, 1004, 1005, 1006, 1014, 1015, 2999, 5000})
  void codesThatNoEndpointMaySendAreRefused(int code) {
    assertThatThrownBy(() -> new CloseStatus(code, CloseCause.NORMAL, ""))
        .hasMessageContaining(String.valueOf(code));
  }

  @Test
  void theBandDecidesWhoStaysAway() {
    assertThat(new CloseStatus(4499, CloseCause.NORMAL, "").staysAway()).isFalse();
    assertThat(new CloseStatus(4500, CloseCause.NORMAL, "").staysAway()).isTrue();
    assertThat(new CloseStatus(4999, CloseCause.NORMAL, "").staysAway()).isTrue();
    assertThat(new CloseStatus(1012, CloseCause.NORMAL, "").staysAway()).isFalse();
  }

  @Test
  void oldClientsKnowOneStayAwayCode() {
    assertThat(CloseStatus.SEAT_LIMIT.forRawClients().code()).isEqualTo(4500);
    assertThat(CloseStatus.SEAT_LIMIT.forRawClients().reason())
        .isEqualTo(CloseStatus.SEAT_LIMIT.reason());
    assertThat(CloseStatus.NO_ANSWER.forRawClients()).isEqualTo(CloseStatus.NO_ANSWER);
  }
}
