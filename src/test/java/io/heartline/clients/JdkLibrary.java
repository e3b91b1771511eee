package io.heartline.clients;

import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The JDK's {@code java.net.http.WebSocket}. It has no pings of its own. */
final class JdkLibrary implements Library {
  @Override
  public Call open(Dial dial, Trust trust, Diary diary) {
    WebSocket.Builder builder =
        HttpClient.newBuilder().sslContext(trust.context()).build().newWebSocketBuilder();
    dial.headers().forEach((name, value) -> {
      if (name.equals("Sec-WebSocket-Protocol")) {
        builder.subprotocols(value);
      } else {
        builder.header(name, value);
      }
    });
    CompletableFuture<WebSocket> socket = builder.buildAsync(dial.url(), new Listener(diary));
    socket.whenComplete((opened, failure) -> {
      if (failure != null) {
        failed(diary, failure instanceof CompletionException ? failure.getCause() : failure);
      }
    });
    return new Call() {
      @Override
      public void send(String text) {
        socket.join().sendText(text, true);
      }

      @Override
      public void cancel() {
        socket.thenAccept(WebSocket::abort);
      }
    };
  }

  private static void failed(Diary diary, Throwable failure) {
    if (failure instanceof WebSocketHandshakeException refusal) {
      diary.add(new Diary.Failed(
          refusal.getClass().getName(),
          String.valueOf(refusal.getMessage()),
          refusal.getResponse().statusCode(),
          refusal.getResponse().headers().firstValue("Retry-After").orElse("")));
    } else {
      diary.failed(failure);
    }
  }

  private record Listener(Diary diary, StringBuilder partial) implements WebSocket.Listener {
    Listener(Diary diary) {
      this(diary, new StringBuilder());
    }

    @Override
    public void onOpen(WebSocket socket) {
      diary.add(new Diary.Opened());
      socket.request(Long.MAX_VALUE);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      partial.append(part);
      if (last) {
        diary.add(new Diary.Text(partial.toString()));
        partial.setLength(0);
      }
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      diary.add(new Diary.Closed(code, reason));
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable failure) {
      failed(diary, failure);
    }
  }
}
