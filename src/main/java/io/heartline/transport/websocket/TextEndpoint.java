package io.heartline.transport.websocket;

import io.heartline.engine.Arrival;
import io.heartline.engine.Connection;
import io.heartline.engine.Door;
import io.heartline.engine.Line;
import io.heartline.model.CloseStatus;
import io.heartline.transport.session.UpgradeRequest;
import jakarta.servlet.http.HttpSession;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket: opens its line through its door and passes on what happens to it. The container
 * creates one instance per connection and calls it on one thread at a time, with one exception: the
 * thread that closes the WebSocket calls {@link #onClose}, even while {@link #onOpen} runs.
 */
public abstract class TextEndpoint {
  private static final Logger LOG = System.getLogger(TextEndpoint.class.getName());

  private final String path;

  /** Null until the line is open, and if none was opened. */
  private volatile @Nullable Line line;

  private @Nullable Message message;

  /** How it was closed; null while it is open. */
  private volatile @Nullable CloseReason closed;

  /** What writes through Tomcat's API; null on other containers. */
  private @Nullable TomcatConnection tomcat;

  /** Reads binary messages as text; null where they are not allowed. */
  private final @Nullable Utf8 binaryText;

  /** @param path the endpoint's path, under which its door is registered */
  TextEndpoint(String path) {
    this(path, false);
  }

  /** @param binary whether binary messages are read, as text */
  protected TextEndpoint(String path, boolean binary) {
    this.path = path;
    binaryText = binary ? new Utf8() : null;
  }

  @OnOpen
  public void onOpen(Session session) {
    EndpointContext context = EndpointContext.current();
    Door door = context == null ? null : door(context);
    if (context == null || door == null) {
      Closing.close(session, CloseStatus.STOPPING);
      return;
    }
    UpgradeRequest upgrade = Handshake.upgrade(session.getUserProperties());
    if (upgrade == null) {
      Closing.close(session, CloseStatus.FAILED);
      return;
    }
    String wanted = subprotocol();
    if (wanted != null && !wanted.equals(session.getNegotiatedSubprotocol())) {
      Closing.close(session, CloseStatus.unsupportedVersion("ask for the subprotocol " + wanted));
      return;
    }
    message =
        new Message(largest(context.messageBytes()), context.engine().unfinished(), this::refuse);
    Arrival arrival = RawQuery.read(upgrade.query()).arrival(upgrade);
    Connection connection = framing(connection(session, context));
    Line line = context.engine().open(door, connection, arrival).orElse(null);
    this.line = line;
    if (line == null) {
      connection.close(CloseStatus.STOPPING);
      return;
    }
    opened(line);
    HttpSession httpSession = upgrade.session();
    if (httpSession != null) {
      context.sessions().attach(httpSession, line);
    }
    CloseReason closed = this.closed;
    if (closed != null) { // it was closed before there was a line to tell
      ended(line, closed);
    }
  }

  /** Returns the subprotocol that clients must ask for, or null if none is required. */
  @Nullable
  String subprotocol() {
    return null;
  }

  /** Returns the door through which lines are opened; null if there is none. */
  protected @Nullable Door door(EndpointContext context) {
    return context.doors().get(path);
  }

  /** Returns how many bytes a message may have on its way, given how many a text may have. */
  protected int largest(int textBytes) {
    return textBytes;
  }

  /** Returns what the line writes to, given what writes to the WebSocket. */
  protected Connection framing(Connection connection) {
    return connection;
  }

  /** The line is open. */
  protected void opened(Line line) {}

  /** A whole message has come. */
  protected void received(Line line, String message) {
    line.received(message);
  }

  private Connection connection(Session session, EndpointContext context) {
    if (!Tomcat.made(session)) {
      return new UndertowConnection(session);
    }
    TomcatConnection api =
        new TomcatConnection(session, context.writeTimeout(), context.patience());
    tomcat = api;
    Frames frames = context.frames();
    return frames == null ? api : SocketConnection.open(session, api, frames);
  }

  @OnMessage
  public void onText(String part, boolean last) {
    Line line = this.line;
    Message message = this.message;
    if (line == null || message == null) {
      return;
    }
    String whole = message.add(part, last);
    if (whole != null) {
      received(line, whole);
    } else {
      line.receiving();
    }
  }

  /**
   * Closes the line because we stop reading. Called on its reading thread, or on another line's.
   */
  private void refuse(CloseStatus status) {
    Line line = this.line;
    if (line != null) {
      line.close(status);
    }
  }

  @OnMessage
  public void onBinary(ByteBuffer part, boolean last) {
    Line line = this.line;
    if (line == null) {
      return;
    }
    Utf8 utf8 = binaryText;
    if (utf8 == null) {
      line.close(CloseStatus.NOT_TEXT);
      return;
    }
    try {
      onText(utf8.decode(part, last), last);
    } catch (CharacterCodingException e) {
      line.close(CloseStatus.NOT_UTF8);
    }
  }

  @OnMessage
  public void onPong(PongMessage pong) {
    Line line = this.line;
    if (line != null) {
      line.ponged();
    }
  }

  @OnClose
  public void onClose(CloseReason reason) {
    closed = reason;
    Line line = this.line;
    TomcatConnection tomcat = this.tomcat;
    if (tomcat != null) {
      tomcat.ended();
    }
    Message message = this.message;
    if (message != null) {
      message.end();
    }
    if (line != null) {
      ended(line, reason);
    }
  }

  private static void ended(Line line, CloseReason reason) {
    line.closed(
        reason.getCloseCode().getCode(), Objects.requireNonNullElse(reason.getReasonPhrase(), ""));
  }

  /** Only logs: lines often end because the peer vanishes. onClose runs before or after this. */
  @OnError
  public void onError(Throwable failure) {
    LOG.log(Level.DEBUG, () -> path + " - " + failure);
  }
}
