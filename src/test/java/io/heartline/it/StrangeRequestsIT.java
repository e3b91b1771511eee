package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar;
import io.heartline.testing.StrangeRequests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a stranger sends is answered with the rule, and leaves no stack trace. */
class StrangeRequestsIT {
  @TempDir
  static Path folder;

  private static RunningWar war;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(folder);
  }

  @AfterAll
  static void stop() {
    List<String> said = war.output();
    war.close();
    assertThat(said).as("the log").noneMatch(line -> line.startsWith("\tat "));
    assertThat(said)
        .filteredOn(line -> line.contains("INFO    a request was refused with 400: "))
        .as("one line a day says what Tomcat refuses")
        .hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void eachIsAnsweredWithItsRule(StrangeRequests request) throws IOException {
    request.assertAnswered(war.base(), false);
  }

  /** What Tomcat refuses before it knows the application. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /heartline/a|b HTTP/1.1\r\nHost: x\r\n",
        "GET /heartline/line?a={} HTTP/1.1\r\nHost: x\r\n",
        "GET /heartline/%zz HTTP/1.1\r\nHost: x\r\n",
        "GET /heartline/ HTTP/1.1\r\nHost: my_app\r\n",
        "GET /heartline/ HTTP/1.1\r\nHost: x\r\nHost: y\r\n",
        "GET /heartline/ HTTP/1.1\r\nHost: x\r\nContent-Length: y\r\n",
        "GET /heartline/ HTTP/1.1\r\n",
      })
  void whatIsNoRequestIsRefusedWithoutAWordOfOurs(String request) throws IOException {
    try (RawSocketClient client = RawSocketClient.connect(war.base())) {
      client.bytes((request + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      RawSocketClient.Answer answer = client.answer();
      assertThat(answer.status()).as(answer.head()).isEqualTo(400);
      assertThat(answer.body()).doesNotContain("org.apache").doesNotContain("Tomcat");
    }
  }
}
