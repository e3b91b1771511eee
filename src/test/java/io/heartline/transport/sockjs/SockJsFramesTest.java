package io.heartline.transport.sockjs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Outgoing;
import io.heartline.model.CloseStatus;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SockJsFramesTest {
  private final SockJsFrames frames = new SockJsFrames(1 << 20);

  private static String text(Wire wire, String... texts) {
    return new String(wire.bytes(new Outgoing(List.of(texts), false, false, 0, null)), UTF_8);
  }

  @Test
  void manyTextsAreOneFrame() {
    assertThat(SockJsFrames.array(List.of("a", "\"b\\", "\r\n\t\b\f\u0000")))
        .isEqualTo("a[\"a\",\"\\\"b\\\\\",\"\\r\\n\\t\\b\\f\\u0000\"]");
    assertThat(SockJsFrames.close(CloseStatus.KICKED))
        .isEqualTo("c[4501,\"disconnected by an operator\"]");
  }

  /** Clients decode what is percent-encoded in an event. */
  @Test
  void aPercentSignArrivesInAnEvent() {
    assertThat(text(Wire.events(frames), "100%25")).isEqualTo("data: a[\"100%2525\"]\r\n\r\n");
    assertThat(text(Wire.streaming(frames), "100%25")).isEqualTo("a[\"100%25\"]\n");
  }

  /** As the protocol lists them: browsers and networks have changed these on the way. */
  @Test
  void whatWouldBeChangedOnItsWayIsEscapedAndNothingElse() {
    for (char c = 0x20; c != 0xffff; c++) {
      boolean escaped = c == '"'
          || c == '\\'
          || String.valueOf(c)
              .matches("[\u200c-\u200f\u2028-\u202f\u2060-\u206f\ufff0-\uffff\ud800-\udfff]");
      StringBuilder quoted = new StringBuilder();
      SockJsFrames.appendQuoted(quoted, String.valueOf(c));
      if (c == '"' || c == '\\') {
        assertThat(quoted.toString()).isEqualTo("\"\\" + c + '"');
      } else {
        assertThat(quoted.toString())
            .as("%04x", (int) c)
            .isEqualTo(escaped ? "\"\\u%04x\"".formatted((int) c) : "\"" + c + '"');
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whatWeWriteIsJsonAndComesBackAsItWas(long seed) throws Exception {
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(20); n > 0; n--) {
        text.appendCodePoint(random.nextInt(random.nextBoolean() ? 0x80 : 0xd800));
      }
      String frame = SockJsFrames.array(List.of(text.toString(), "x"));
      assertThat(SentMessages.read(frame.substring(1), Integer.MAX_VALUE))
          .as("seed %s", seed)
          .containsExactly(text.toString(), "x");
    }
  }

  @Test
  void eachTransportHasItsWayOfWriting() {
    assertThat(text(Wire.xhr(frames), "x")).isEqualTo("a[\"x\"]\n");
    assertThat(text(Wire.streaming(frames), "x")).isEqualTo("a[\"x\"]\n");
    assertThat(text(Wire.events(frames), "x")).isEqualTo("data: a[\"x\"]\r\n\r\n");
    assertThat(text(Wire.jsonp("cb"), "x")).isEqualTo("/**/cb(\"a[\\\"x\\\"]\");\r\n");
    assertThat(text(Wire.page("cb"), "x"))
        .isEqualTo("<script>\np(\"a[\\\"x\\\"]\");\n</script>\r\n");
    assertThat(text(Wire.xhr(frames))).isEqualTo("h\n");
    assertThat(text(Wire.events(frames))).isEqualTo("data: h\r\n\r\n");
  }

  @Test
  void noTextEndsTheScriptItIsIn() {
    assertThat(text(Wire.page("cb"), "</script><script>alert(1)"))
        .isEqualTo(
            "<script>\np(\"a[\\\"\\u003c/script>\\u003cscript>alert(1)\\\"]\");\n</script>\r\n");
  }

  @Test
  void preludesAreAsLongAsBrowsersWantThem() {
    assertThat(Wire.streaming(frames).prelude()).hasSize(2049);
    assertThat(Wire.page("cb").prelude()).hasSizeGreaterThan(1024);
    assertThat(new String(Wire.page("parent.cb").prelude(), UTF_8))
        .startsWith("<!doctype html>\n<html><head>\n  <meta http-equiv")
        .contains("\n    var c = parent.parent.cb;\n    c.start();\n")
        .endsWith("\r\n\r\n");
  }

  @Test
  void linesThatWriteTheSameShareIt() {
    List<String> texts = List.of("same");
    assertThat(frames.message(texts)).isSameAs(frames.message(List.of("same")));
    assertThat(frames.line(texts)).isSameAs(frames.line(List.of("same")));
    assertThat(frames.event(texts)).isSameAs(frames.event(List.of("same")));
  }
}
