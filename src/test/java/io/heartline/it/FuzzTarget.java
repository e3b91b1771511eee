package io.heartline.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Mutations;
import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Where a stranger can send something, and what it should look like. */
enum FuzzTarget {
  PUBLISH {
    @Override
    void attempt(RunningWar war, Mutations some) throws IOException {
      String key = "Authorization: Bearer " + war.key() + "\r\n";
      http(war, "POST", "api/publish", key + some.one(TYPES), some.of(PUBLISHED), STATUSES);
    }
  },
  PUBLISH_WITHOUT_A_KEY {
    @Override
    void attempt(RunningWar war, Mutations some) throws IOException {
      http(war, "POST", some.one(CALLED), some.one(TYPES), some.of(PUBLISHED), STATUSES);
    }
  },
  DEMO {
    @Override
    void attempt(RunningWar war, Mutations some) throws IOException {
      String cookie = "Cookie: " + war.guest().cookie() + "\r\n";
      http(war, "POST", "demo/publish", cookie + some.one(TYPES), some.of(PUBLISHED), STATUSES);
    }
  },
  QUERY {
    @Override
    void attempt(RunningWar war, Mutations some) throws IOException {
      String query = percent(some.of(QUERIES));
      http(war, "GET", some.one(ASKED) + query, "", new byte[0], STATUSES);
    }
  },
  HEADERS {
    @Override
    void attempt(RunningWar war, Mutations some) throws IOException {
      byte[] header = some.of(HEADERS_SENT);
      String text = new String(header, ISO_8859_1).replaceAll("[\r\n]+", " ");
      http(
          war,
          "GET",
          some.one(ASKED) + "channel=public:fuzz",
          text + "\r\n",
          new byte[0],
          STATUSES);
    }
  },
  HANDSHAKE {
    @Override
    void attempt(RunningWar war, Mutations some) throws IOException {
      String path = some.one(DOORS) + '?' + percent(some.of(QUERIES));
      try (RawSocketClient client = RawSocketClient.connect(war.base())) {
        client.bytes(("GET " + war.base().getRawPath() + path + " HTTP/1.1\r\nHost: x\r\n"
                + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
            .getBytes(ISO_8859_1));
        assertThat(client.answer().status()).as(path).isIn(101, 400, 403, 404, 429, 503);
      }
    }
  },
  LINE {
    @Override
    void attempt(RunningWar war, Mutations some) throws IOException {
      talk(war, "line", "heartline.v1", some, COMMANDS);
    }
  },
  STOMP {
    @Override
    void attempt(RunningWar war, Mutations some) throws IOException {
      talk(war, "stomp", "v12.stomp", some, FRAMES_OF_STOMP);
    }
  },
  RAW {
    @Override
    void attempt(RunningWar war, Mutations some) throws IOException {
      talk(war, some.one(List.of("updatewebsocket", "wss")), "chat", some, RAW_TEXTS);
    }
  },
  SOCKJS_SOCKET {
    @Override
    void attempt(RunningWar war, Mutations some) throws IOException {
      talk(war, "sockjs/a/" + session() + "/websocket", "chat", some, ENVELOPES);
    }
  },
  SOCKJS_POSTS {
    @Override
    void attempt(RunningWar war, Mutations some) throws IOException {
      String session = some.one(List.of("sockjs/a/", "sockjs/updatewebsocket/a/")) + session();
      http(war, "POST", session + "/xhr", "", new byte[0], STATUSES);
      String type = some.one(TYPES);
      http(war, "POST", session + "/xhr_send", type, some.of(ENVELOPES), SOCKJS_STATUSES);
      http(war, "POST", session + "/jsonp_send", type, some.of(FORMS), SOCKJS_STATUSES);
      http(
          war,
          "GET",
          session + "/jsonp?" + percent(some.of(CALLBACKS)),
          "",
          new byte[0],
          SOCKJS_STATUSES);
    }
  },
  WEBSOCKET_FRAMES {
    @Override
    void attempt(RunningWar war, Mutations some) throws IOException {
      try (RawSocketClient line = RawSocketClient.open(war.door(some.one(DOORS)))) {
        for (int frames = 0; frames < 5; frames++) {
          line.bytes(some.of(BYTES_OF_FRAMES));
        }
        line.reset(); // most wait for more, or for the end of a message
      }
    }
  };

  private static final List<String> PUBLISHED = List.of(
      "{\"channel\":\"public:fuzz\",\"data\":{\"a\":[1,2.5e3,null,true,\"\\u00e4\\n\"]}}",
      "{\"channels\":[\"public:fuzz\",\"public:fuzz2\"],\"data\":\"x\",\"id\":\"fuzz-1\"}",
      "{\"user\":\"fuzz\",\"data\":1}",
      "{\"users\":[\"fuzz\",\"fuzz2\"],\"data\":[]}",
      "{\"messages\":[{\"channel\":\"public:fuzz\",\"data\":1},{\"user\":\"fuzz\",\"data\":2}]}",
      "[{\"channel\":\"public:fuzz\"}]");

  private static final List<String> CALLED = List.of(
      "api/publish",
      "api/drain",
      "api/disconnect",
      "api/history?channel=public:fuzz",
      "api/whoami",
      "health/live",
      "line",
      "guest.js",
      "nothing");

  private static final List<String> TYPES = List.of(
      "Content-Type: application/json\r\n",
      "Content-Type: application/json; charset=utf-8\r\n",
      "Content-Type: text/plain\r\n",
      "Content-Type: application/x-www-form-urlencoded\r\n",
      "Content-Type: application/json;charset=\"utf-16\"\r\n",
      "");

  private static final List<String> QUERIES = List.of(
      "channel=public:fuzz&last=5&limit=2",
      "channel=public:fuzz&after=mr3udgew74n4.0:1:1795914836813749",
      "channel=public:fuzz&channel=updates",
      "channels=public:fuzz,updates&beat=5&since=public:fuzz=a:1:2,updates=b:2:3",
      "since=-20&beat=3",
      "since=mr3udgew74n4.0:1:1795914836813749",
      "lastEventId=public:fuzz=x:1:1");

  private static final List<String> ASKED = List.of(
      "api/history?",
      "api/position?",
      "api/presence?",
      "api/whoami?",
      "events?",
      "demo/?",
      "heartline.js?",
      "sockjs/info?",
      "nothing?");

  private static final List<String> HEADERS_SENT = List.of(
      "Authorization: Bearer x",
      "Cookie: heartline-user=Ym9zcw.x; JSESSIONID=0123; a=\"b\"",
      "Origin: http://127.0.0.1:8080",
      "Last-Event-ID: public:fuzz=x:1:1",
      "X-Forwarded-For: 203.0.113.9, [::1]:80",
      "X-Forwarded-Proto: https, wss",
      "Accept-Encoding: gzip;q=0",
      "Range: bytes=0-",
      "If-None-Match: W/\"1\"",
      "Content-Type: a/b; c=\"d\"");

  private static final List<String> DOORS =
      List.of("line", "updatewebsocket", "ws/user-channel", "wss", "stomp", "sockjs/websocket");

  private static final List<String> COMMANDS = List.of(
      "{\"hello\":{\"instance\":\"tab-1\",\"token\":\"x\",\"take\":true}}",
      "{\"subscribe\":\"public:fuzz\",\"last\":3}",
      "{\"subscribe\":\"public:fuzz2\",\"after\":\"mr3udgew74n4.0:1:1795914836813749\"}",
      "{\"subscribe\":\"public:fuzz#presence\"}",
      "{\"unsubscribe\":\"public:fuzz\"}",
      "{\"token\":\"eyJhbGciOiJub25lIn0.e30.\"}",
      "{\"beat\":1795914836813}\n{\"probe\":7}",
      "{\"publish\":\"public:fuzz\",\"data\":{\"a\":1},\"ref\":1}");

  private static final List<String> FRAMES_OF_STOMP = List.of(
      "CONNECT\naccept-version:1.1,1.2\nhost:x\nheart-beat:0,0\n\n\0",
      "SUBSCRIBE\nid:1\ndestination:/topic/public:fuzz\nack:client\n\n\0",
      "SEND\ndestination:/app/fuzz\ncontent-length:5\ncontent-type:text/plain\n\nhello\0",
      "ACK\nid:1\ntransaction:t\n\n\0",
      "BEGIN\ntransaction:t\n\n\0COMMIT\ntransaction:t\n\n\0",
      "UNSUBSCRIBE\nid:1\nreceipt:r\\n\\c\\\\\n\n\0\n\n",
      "DISCONNECT\nreceipt:77\n\n\0");

  private static final List<String> RAW_TEXTS =
      List.of("ping", "HeartBeat", "{\"a\":1}", "\u4f60\u597d");

  private static final List<String> ENVELOPES = List.of(
      "[\"ping\",\"HeartBeat\"]",
      "\"ping\"",
      "[\"CONNECT\\naccept-version:1.2\\nhost:x\\n\\n\\u0000\"]",
      "[]");

  private static final List<String> FORMS =
      List.of("d=%5B%22ping%22%5D", "d=[\"a\"]&d=[\"b\"]", "[\"ping\"]");

  private static final List<String> CALLBACKS = List.of("c=callback", "c=a.b&c=d", "callback=x");

  /** A text, a ping, a close, a cut text, one of many bytes, and one with a mask and a code. */
  private static final List<String> BYTES_OF_FRAMES = List.of(
      "\u0001\u0084\0\0\0\0ping",
      "\u0009\u0081\0\0\0\0x",
      "\u0008\u0082\0\0\0\0\u0003\u0068",
      "\u0001\u00fe\u0001\u0000\0\0\0\0abc",
      "\u0002\u00ff\0\0\0\0\0\u0001\0\0\0\0\0\0",
      "\u0000\u0080\u0001\u0002\u0003\u0004");

  private static final Set<Integer> STATUSES = Set.of(
      200, 204, 206, 304, 400, 401, 403, 404, 405, 408, 413, 414, 415, 416, 426, 429, 431, 503);

  /** Clients of SockJS are told 500 where a body is broken. */
  private static final Set<Integer> SOCKJS_STATUSES =
      Set.of(200, 204, 400, 403, 404, 405, 413, 500);

  /** Codes with which a line may be closed for what it said. */
  private static final Set<Integer> CODES = Set.of(
      1000, 1002, 1003, 1007, 1008, 1009, 1012, 3000, 4000, 4001, 4002, 4003, 4008, 4500, 4504,
      4506, 4507, 4508);

  private static final int TEXTS = 20;

  /** Sends something there, and expects that it is answered as the rules say. */
  abstract void attempt(RunningWar war, Mutations some) throws IOException;

  private static String session() {
    return "f" + Long.toHexString(System.nanoTime()) + Thread.currentThread().getId();
  }

  /** Leaves what separates parameters, so that there are some. */
  private static String percent(byte[] query) {
    StringBuilder text = new StringBuilder();
    for (byte b : query) {
      char c = (char) (b & 0xff);
      boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || "=&,:.-_%".indexOf(c) >= 0);
      text.append(plain ? String.valueOf(c) : String.format("%%%02x", (int) c));
    }
    return text.substring(0, Math.min(text.length(), 6_000));
  }

  private static void http(
      RunningWar war,
      String method,
      String path,
      String headers,
      byte[] body,
      Set<Integer> expected)
      throws IOException {
    try (RawSocketClient client = RawSocketClient.connect(war.base())) {
      String head = method + " " + war.base().getRawPath() + path + " HTTP/1.1\r\nHost: x\r\n"
          + headers + (method.equals("POST") ? "Content-Length: " + body.length + "\r\n" : "")
          + "\r\n";
      client.bytes(head.getBytes(ISO_8859_1));
      try {
        client.bytes(body);
      } catch (IOException e) {
        // refused before the body: the answer says why, if it is not lost
      }
      RawSocketClient.Answer answer = client.answer();
      assertThat(expected)
          .as("%s was answered %s%s", head + new String(body, UTF_8), answer.head(), answer.body())
          .contains(answer.status());
    }
  }

  private static void talk(
      RunningWar war, String door, String subprotocol, Mutations some, List<String> texts)
      throws IOException {
    try (RawSocketClient line =
        RawSocketClient.open(war.door(door), "Sec-WebSocket-Protocol", subprotocol)) {
      try {
        for (int i = 0; i < TEXTS; i++) {
          line.frame(true, RawSocketClient.TEXT, some.of(texts));
        }
        line.frame(true, RawSocketClient.CLOSE, (byte) 0x03, (byte) 0xe8);
      } catch (IOException e) {
        // closed before all was said
      }
      RawSocketClient.Frame frame = line.read();
      while (frame.opcode() != RawSocketClient.CLOSE) {
        frame = line.read();
      }
      assertThat(CODES).as("%s: %s", door, frame.text()).contains(frame.code());
    }
  }
}
