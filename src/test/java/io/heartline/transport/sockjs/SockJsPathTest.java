package io.heartline.transport.sockjs;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.transport.sockjs.SockJsPath.Kind;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SockJsPathTest {
  @ParameterizedTest
  @CsvSource({
    "'', GREETING",
    "/, GREETING",
    "/info, INFO",
    "/websocket, RAW_WEBSOCKET",
    "/iframe.html, IFRAME",
    "/iframe-.html, IFRAME",
    "/iframe-0.1.2abc-dirty.2144.html, IFRAME",
  })
  void aService(String path, Kind kind) {
    assertThat(SockJsPath.parse(path)).isEqualTo(new SockJsPath(kind, "", null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//",
        "///",
        "/a",
        "/a.html",
        "/a/a",
        "/a/a/",
        "/iframe.htm",
        "/iframe",
        "/IFRAME.HTML",
        "/iframe.HTML",
        "/iframe.xml",
        "/iframe-/.html",
        "/info/",
        "/INFO",
        "/websocket/",
        "///xhr",
        ";/a/a/xhr",
        "//a/xhr",
        "/a//xhr",
        "/a./a/xhr",
        "/a/a./xhr",
        "/././xhr",
        "/xhr",
        "/a/xhr",
        "/a/b/c/xhr",
        "/a/b/XHR",
        "/a/b/xhr/",
        "/a/b/polling",
        "/a/b/",
        "/a/b/xhr;x=1",
        "/a/%/xhr",
        "/a/%2/xhr",
        "/a/%zz/xhr",
        "/a/%2e/xhr",
        "/a/%2f/xhr",
        "/a/%c3/xhr",
        "/a/%٣٣/xhr",
        "/a/你/xhr",
        "infox"
      })
  void nothing(String path) {
    assertThat(SockJsPath.parse(path).kind()).isEqualTo(Kind.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({
    "/000/abc/xhr, abc, XHR",
    "/_/_/xhr_send, _, XHR_SEND",
    "/abcdefgh_i-j%20/abc_i-j%20/xhr, 'abc_i-j ', XHR",
    "/1/%e4%bd%a0/websocket, 你, WEBSOCKET",
    "/1/%E4%BD%A0/jsonp, 你, JSONP",
  })
  void aSession(String path, String session, Transport transport) {
    assertThat(SockJsPath.parse(path)).isEqualTo(new SockJsPath(Kind.SESSION, session, transport));
  }

  @Test
  void noIdIsTooLong() {
    assertThat(SockJsPath.parse("/0/" + "x".repeat(256) + "/xhr").kind()).isEqualTo(Kind.SESSION);
    assertThat(SockJsPath.parse("/0/" + "x".repeat(257) + "/xhr").kind()).isEqualTo(Kind.UNKNOWN);
  }

  @Test
  void anyPathIsReadOrUnknown() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String pieces = "/./%2aefxhr_send;c你\u0000";
    for (int i = 0; i < 50_000; i++) {
      StringBuilder path = new StringBuilder("/");
      for (int n = random.nextInt(14); n > 0; n--) {
        path.append(pieces.charAt(random.nextInt(pieces.length())));
      }
      try {
        assertThat(SockJsPath.parse(path + "/xhr").kind()).isNotEqualTo(Kind.INFO);
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + path, e);
      }
    }
  }
}
