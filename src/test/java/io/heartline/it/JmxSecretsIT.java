package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.JmxOfProcess;
import io.heartline.testing.RunningWar;
import io.heartline.testing.RunningWar.Guest;
import io.heartline.testing.WebSocketRecorder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What JMX shows has no secret and nothing that was published. */
class JmxSecretsIT {
  private static final String SECRET = "what only readers of the channel may know";

  @TempDir
  Path folder;

  @Test
  void noAttributeHoldsAKeyACookieOrAPublication() throws Exception {
    try (RunningWar war = RunningWar.start(folder)) {
      Guest ann = war.guest();
      WebSocketRecorder page = WebSocketRecorder.page(war.door("line"), "Cookie", ann.cookie());
      page.send("{\"subscribe\":\"public:a\"}");
      assertThat(page.object()).startsWith("{\"welcome\"");
      war.publish("public:a", '"' + SECRET + '"');
      List<String> shown = JmxOfProcess.figures(war.pid()).entrySet().stream()
          .map(figure -> figure.getKey() + '=' + figure.getValue())
          .toList();
      page.leave();
      assertThat(shown).as("something is shown").hasSizeGreaterThan(10);
      String cookie = ann.cookie().substring(ann.cookie().indexOf('=') + 1);
      String cookieKey = Files.readString(war.data().resolve("cookie.key")).strip();
      for (String secret : List.of(war.key(), cookie, cookieKey, SECRET)) {
        assertThat(shown).noneMatch(text -> text.contains(secret));
      }
    }
  }
}
