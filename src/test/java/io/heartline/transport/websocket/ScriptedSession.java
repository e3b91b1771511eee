package io.heartline.transport.websocket;

import jakarta.websocket.CloseReason;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import jakarta.websocket.Session;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A session of Tomcat as its API shows it: what was sent through it, and what it was told. */
final class ScriptedSession {
  private static final String PONGS = "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT";

  private static final String CLOSES =
      "org.apache.tomcat.websocket.ABNORMAL_SESSION_CLOSE_SEND_TIMEOUT";

  private final Map<String, Object> properties = new ConcurrentHashMap<>();

  /** What was sent on the calling thread, with the time that pongs had meanwhile. */
  final List<String> sent = new ArrayList<>();

  final List<CloseReason> closes = new ArrayList<>();

  /** How long the last close could have waited, in ms. */
  long closeMillis;

  /** Of the last asynchronous send. */
  SendHandler pending;

  boolean open = true;

  /** Run by whoever asks for its remote end, which is before there is a line. */
  Runnable onRemote = () -> {};

  private final RemoteEndpoint.Basic basic =
      proxy(RemoteEndpoint.Basic.class, (proxy, method, args) -> {
        String what = args == null ? "" : " " + args[0];
        sent.add(method.getName() + what + ", pongs " + pongMillis());
        return null;
      });

  private final RemoteEndpoint.Async async =
      proxy(RemoteEndpoint.Async.class, (proxy, method, args) -> {
        if (method.getName().equals("sendText")) {
          pending = (SendHandler) args[1];
        }
        return null;
      });

  final Session session = proxy(Session.class, (proxy, method, args) -> switch (method.getName()) {
    case "getUserProperties" -> properties;
    case "getBasicRemote" -> basic;
    case "getAsyncRemote" -> {
      onRemote.run();
      yield async;
    }
    case "isOpen" -> open;
    case "getRequestParameterMap" -> Map.of();
    case "close" -> {
      closes.add((CloseReason) args[0]);
      closeMillis = (Long) properties.get(CLOSES);
      yield null;
    }
    default -> throw new AssertionError(method);
  });

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  /** Returns how long Tomcat's answer to a close that is not 1000 may take now. */
  long answerMillis() {
    return (Long) properties.get(CLOSES);
  }

  /** Returns how long a pong that Tomcat would write now may take. */
  long pongMillis() {
    return (Long) properties.get(PONGS);
  }
}
