package io.heartline.transport.sockjs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.engine.Outgoing;
import java.util.List;
import java.util.function.Function;

/**
 * How frames are written into one response.
 *
 * @param contentType of the response
 * @param prelude sent at once, for browsers that show nothing of a response before it has some
 *     length; may be empty
 * @param polls whether the response ends after one frame
 * @param frame returns the bytes of a frame
 * @param array returns the bytes of the frame that holds all these texts
 * @param filler what clients do not notice
 */
record Wire(
    String contentType,
    byte[] prelude,
    boolean polls,
    Function<String, byte[]> frame,
    Function<List<String>, byte[]> array,
    byte[] filler) {
  private static final String SCRIPT = "application/javascript;charset=UTF-8";
  private static final byte[] NOTHING = {};
  private static final byte[] BREAK = {'\r', '\n'};

  /** The length below which old browsers do not look at a page that is still arriving. */
  private static final int PAGE = 1024 + 64;

  private static final String PAGE_HEAD = """
      <!doctype html>
      <html><head>
        <meta http-equiv="X-UA-Compatible" content="IE=edge" />
        <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
      </head><body><h2>Don't panic!</h2>
        <script>
          document.domain = document.domain;
          var c = parent.%s;
          c.start();
          function p(d) {c.message(d);};
          window.onload = function() {c.stop();};
        </script>""";

  /** A line for each frame. */
  static Wire xhr(SockJsFrames frames) {
    return new Wire(SCRIPT, NOTHING, true, SockJsFrames::line, frames::line, new byte[] {'\n'});
  }

  /** The same in a response that goes on. */
  static Wire streaming(SockJsFrames frames) {
    byte[] prelude = SockJsFrames.line(SockJsFrames.HEARTBEAT.repeat(2048));
    return new Wire(SCRIPT, prelude, false, SockJsFrames::line, frames::line, new byte[] {'\n'});
  }

  /** A server-sent event for each frame. */
  static Wire events(SockJsFrames frames) {
    return new Wire("text/event-stream", BREAK, false, SockJsFrames::event, frames::event, BREAK);
  }

  /** A call of a script's function. */
  static Wire jsonp(String callback) {
    Function<String, byte[]> frame =
        text -> ("/**/" + callback + '(' + quoted(text) + ");\r\n").getBytes(UTF_8);
    return new Wire(SCRIPT, NOTHING, true, frame, arrays(frame), BREAK);
  }

  /** A page with a script for each frame. */
  static Wire page(String callback) {
    String head = PAGE_HEAD.formatted(callback);
    String padded = head + " ".repeat(Math.max(0, PAGE - head.length())) + "\r\n\r\n";
    Function<String, byte[]> frame =
        text -> ("<script>\np(" + quoted(text) + ");\n</script>\r\n").getBytes(UTF_8);
    return new Wire(
        "text/html;charset=UTF-8", padded.getBytes(US_ASCII), false, frame, arrays(frame), BREAK);
  }

  private static Function<List<String>, byte[]> arrays(Function<String, byte[]> frame) {
    return texts -> frame.apply(SockJsFrames.array(texts));
  }

  /** Returns a frame as a string of a script, in which no page can see its own end. */
  private static String quoted(String frame) {
    StringBuilder quoted = new StringBuilder(frame.length() + 32);
    SockJsFrames.appendQuoted(quoted, frame);
    return quoted.indexOf("<") < 0 ? quoted.toString() : quoted.toString().replace("<", "\\u003c");
  }

  /** Returns the bytes of a write. Any frame is a beat. */
  byte[] bytes(Outgoing outgoing) {
    return outgoing.texts().isEmpty()
        ? frame.apply(SockJsFrames.HEARTBEAT)
        : array.apply(outgoing.texts());
  }
}
