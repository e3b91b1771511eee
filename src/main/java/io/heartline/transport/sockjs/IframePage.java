package io.heartline.transport.sockjs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.zip.CRC32;

/** The page that a browser of long ago loads into a frame, to reach us from another origin. */
final class IframePage {
  private static final String PAGE = """
      <!DOCTYPE html>
      <html>
      <head>
        <meta http-equiv="X-UA-Compatible" content="IE=edge" />
        <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
        <script src="%s"></script>
        <script>
          document.domain = document.domain;
          SockJS.bootstrap_iframe();
        </script>
      </head>
      <body>
        <h2>Don't panic!</h2>
        <p>This is a SockJS hidden iframe. It's used for cross domain magic.</p>
      </body>
      </html>""";

  private final byte[] bytes;
  private final String tag;

  /** @param script the path of the SockJS client, which must be the page's own version */
  IframePage(String script) {
    bytes = PAGE.formatted(script).getBytes(UTF_8);
    CRC32 sum = new CRC32();
    sum.update(bytes);
    tag = '"' + Long.toHexString(sum.getValue()) + '"';
  }

  byte[] bytes() {
    return bytes.clone();
  }

  /** Returns what changes only with the page. */
  String tag() {
    return tag;
  }
}
