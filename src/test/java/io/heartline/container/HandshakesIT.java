package io.heartline.container;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RawSocketClient.Answer;
import io.heartline.testing.RunningWar.Guest;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes whose headers are written in other ways than browsers write them. */
@ExtendWith(ArquillianExtension.class)
class HandshakesIT {
  private static final String NAME = "heartline-handshakes";

  private final Deployed war = new Deployed(NAME);

  @Deployment(testable = false)
  static WebArchive heartline() {
    return Deployed.archive(NAME);
  }

  /** @param headers those of the upgrade and more, as lines */
  private static Answer ask(RawSocketClient client, URI url, String headers) throws IOException {
    client.bytes(("GET " + url.getRawPath() + " HTTP/1.1\r\nHost: " + url.getAuthority() + "\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + headers + "\r\n")
        .getBytes(ISO_8859_1));
    return client.answer();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Upgrade: h2c\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
        "Upgrade: h2c, WebSocket\r\nConnection: Upgrade\r\n",
        "Upgrade: websocket\r\nConnection: keep-alive\r\nConnection: upgrade\r\n",
        "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n",
        "upgrade: websocket\r\nCONNECTION: UPGRADE\r\nSec-WebSocket-Extensions: ;\r\n",
      })
  void aUserIsKnownHoweverTheHandshakeIsWritten(String upgrade) throws IOException {
    Guest ann = war.guest();
    URI door = war.door("ws/user-channel");
    try (RawSocketClient line = RawSocketClient.connect(door)) {
      Answer answer = ask(line, door, upgrade + "Cookie: a=b\r\nCookie: " + ann.cookie() + "\r\n");
      assertThat(answer.status()).as(answer.head()).isEqualTo(101);
      war.post("api/publish", "{\"user\":\"" + ann.user() + "\",\"data\":\"for ann\"}");
      assertThat(line.readText()).isEqualTo("for ann");
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      updatewebsocket | chat                                | chat
      ws/user-channel | graphql-ws, chat                    | graphql-ws
      wss             | a b, {}, v1.x, chat                 | v1.x
      updatewebsocket | chat;Sec-WebSocket-Protocol: other  | chat
      updatewebsocket | a b                                 |
      line            | heartline.v2, heartline.v1          | heartline.v1
      line            | x;Sec-WebSocket-Protocol: heartline.v1 | heartline.v1
      """)
  void theFirstSubprotocolThatFitsIsAnswered(String door, String asked, String answered)
      throws IOException {
    URI url = war.door(door);
    try (RawSocketClient line = RawSocketClient.connect(url)) {
      Answer answer = ask(
          line,
          url,
          "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: "
              + asked.replace(";", "\r\n") + "\r\n");
      assertThat(answer.status()).as(answer.head()).isEqualTo(101);
      String head = answer.head().toLowerCase(Locale.ROOT);
      if (answered == null) {
        assertThat(head).doesNotContain("sec-websocket-protocol");
      } else {
        assertThat(head).containsOnlyOnce("sec-websocket-protocol: " + answered + "\r\n");
      }
    }
  }

  /** As a proxy does that sends Upgrade with every request. */
  @Test
  void whatIsNotForADoorIsServedWhateverItsUpgradeSays() throws IOException {
    Guest ann = war.guest();
    String headers =
        "Upgrade: websocket\r\nConnection: Upgrade\r\nCookie: " + ann.cookie() + "\r\n";
    URI whoami = war.http("api/whoami");
    try (RawSocketClient client = RawSocketClient.connect(whoami)) {
      assertThat(ask(client, whoami, headers).body())
          .isEqualTo("{\"user\":\"" + ann.user() + "\",\"channel\":\"user:" + ann.user() + "\"}");
    }
    URI script = war.http("heartline.js");
    try (RawSocketClient client = RawSocketClient.connect(script)) {
      assertThat(ask(client, script, headers).status()).isEqualTo(200);
    }
  }
}
