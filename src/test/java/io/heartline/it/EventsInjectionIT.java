package io.heartline.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.EventStream;
import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is published or asked for, no event is in the stream that we have not put there. */
class EventsInjectionIT {
  @TempDir
  static Path folder;

  private static RunningWar war;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(folder, "heartline.beat=1h");
  }

  @AfterAll
  static void stop() {
    war.close();
  }

  /** As JSON: what readers of events take for the end of a line, and what might be one to some. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"a\\nevent: forged\\ndata: b\"",
        "\"a\\r\\n\\r\\ndata: forged\\r\\n\\r\\n\"",
        "\"a\\rdata: forged\\r\\r\"",
        "\"a\\u0000id: forged\"",
        "\"a\u0085data: forged\u2028data: forged\u2029\"",
        "\"a\u000bdata: forged\"",
        "\"\ufeffdata: forged\"",
        "\"id: 1\\nretry: 1\\n:comment\"",
        "{\"data: a\\n\\nid\":\": b\"}",
      })
  void publicationsComeAsTheyAreAndForgeNothing(String data) throws IOException {
    String real = data.replace("\u000b", "\\u000b"); // JSON knows it only in this way
    String channel = "public:forged" + Integer.toHexString(data.hashCode());
    try (EventStream stream = EventStream.open(war.http("events?channels=" + channel))) {
      assertThat(stream.object()).startsWith("{\"welcome\":");
      assertThat(stream.object()).startsWith("{\"subscribed\":");
      war.publish(channel, real);
      war.publish(channel, "\"next\"");
      assertThat(stream.telling()).endsWith("\"data\":" + real + "}");
      assertThat(stream.telling()).endsWith("\"data\":\"next\"}");
    }
  }

  /** Line breaks between the tokens are allowed in JSON, but would end the event's line. */
  @Test
  void lineBreaksBetweenTokensAreNotSent() throws IOException {
    String channel = "public:breaks";
    try (EventStream stream = EventStream.open(war.http("events?channels=" + channel))) {
      assertThat(stream.object()).startsWith("{\"welcome\":");
      assertThat(stream.object()).startsWith("{\"subscribed\":");
      war.publish(channel, "{\r\n\"a\"\n:\r[\n\n1\r\r,2 ] }");
      assertThat(stream.telling()).endsWith("\"data\":{\"a\":[1,2]}}");
    }
  }

  /** Ids that publishers give are a part of the object, and never the event's own id. */
  @Test
  void thePublishersIdIsNotTheEvents() throws IOException {
    String channel = "public:ids";
    try (EventStream stream = EventStream.open(war.http("events?channels=" + channel))) {
      assertThat(stream.object()).startsWith("{\"welcome\":");
      assertThat(stream.object()).startsWith("{\"subscribed\":");
      war.publish("{\"channel\":\"" + channel + "\",\"data\":1,\"id\":\"x\\r\\nid: forged\"}");
      war.publish(channel, "2");
      assertThat(stream.telling()).contains("\"data\":");
      assertThat(stream.lastEventId()).startsWith(channel + "=");
    }
  }

  @Test
  void noLastEventIdFailsTheServerOrIsRepeatedInTheStream() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String pieces = "=,:;% \t\"'\\{}[]public:aAZ09.#/-_<>\u00e4\u20ac\u0085";
    for (int i = 0; i < 300; i++) {
      StringBuilder id = new StringBuilder("forged");
      for (int length = random.nextInt(i % 50 == 0 ? 4_000 : 60); length > 0; length--) {
        id.append(pieces.charAt(random.nextInt(pieces.length())));
      }
      try (RawSocketClient client = RawSocketClient.connect(war.base())) {
        client.bytes(("GET " + war.base().getRawPath()
                + "events?channels=public:a HTTP/1.1\r\nHost: x\r\nLast-Event-ID: ")
            .getBytes(ISO_8859_1));
        client.bytes(id.toString().getBytes(UTF_8));
        client.bytes("\r\n\r\n".getBytes(ISO_8859_1));
        RawSocketClient.Answer answer = client.answer();
        assertThat(answer.status()).as("%s of seed %d", id, seed).isIn(200, 400);
        assertThat(answer.head()).doesNotContain("forged");
      }
    }
  }
}
