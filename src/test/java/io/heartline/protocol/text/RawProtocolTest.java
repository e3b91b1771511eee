package io.heartline.protocol.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.model.Publication;
import io.heartline.protocol.Command;
import io.heartline.protocol.Push;
import io.heartline.protocol.Subscription;
import java.util.List;
import org.junit.jupiter.api.Test;

class RawProtocolTest {
  private static final Subscription UPDATES = Subscription.of(new ChannelName("updates"));

  private final RawProtocol quiet = RawProtocol.quiet();

  @Test
  void pingAndHeartBeatAreAnswered() {
    assertThat(quiet.decode("ping")).containsExactly(new Command.Say("pong"));
    assertThat(quiet.decode("HeartBeat")).containsExactly(new Command.Say("HeartBeat"));
    assertThat(quiet.decode("heartbeat")).containsExactly(new Command.Say("HeartBeat"));
  }

  @Test
  void anythingElseIsASignOfLifeOrReceived() {
    assertThat(quiet.decode("hello")).containsExactly(new Command.Beat());
    assertThat(RawProtocol.echoing().decode("hello"))
        .containsExactly(new Command.Say("Server: Received(hello)"));
    assertThat(RawProtocol.echoing().decode("ping")).containsExactly(new Command.Say("pong"));
  }

  @Test
  void publicationsAreBare() {
    List<Publication> publications = List.of(
        data("\"a \\\"b\\\" \\u5f20\""), data("\"plain\""), data("{\"c\":1.50}"), data("null"));
    assertThat(quiet.publications(UPDATES).encode(new ChannelName("updates"), publications))
        .containsExactly("a \"b\" \u5f20", "plain", "{\"c\":1.50}", "null");
  }

  @Test
  void halfACharacterIsReplacedSinceNoContainerCanWriteIt() {
    List<Publication> halves =
        List.of(data("\"a\\ud83d.\""), data("\"\\udc99\""), data("\"\\ud83d\\udc99\""));
    assertThat(quiet.publications(UPDATES).encode(new ChannelName("updates"), halves))
        .containsExactly("a\ufffd.", "\ufffd", "\ud83d\udc99");
  }

  private static Publication data(String json) {
    return new Publication(new Position("e", 1, 1), json);
  }

  @Test
  void aBeatIsAHeartBeat() {
    assertThat(quiet.encode(new Push.Beat(1))).isEqualTo("HeartBeat");
    assertThat(quiet.encode(new Push.Probed(1))).isNull();
  }
}
