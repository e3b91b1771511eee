package io.heartline.clients.okhttp;

import io.heartline.clients.Diary;
import io.heartline.clients.Library;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;

/** OkHttp, in whatever version stands beside this class. */
public final class OkHttpLibrary implements Library {
  @Override
  public Call open(Dial dial, Trust trust, Diary diary) {
    OkHttpClient client = new OkHttpClient.Builder()
        .pingInterval(dial.pings().toMillis(), TimeUnit.MILLISECONDS)
        .sslSocketFactory(trust.context().getSocketFactory(), trust.manager())
        .build();
    Request.Builder request = new Request.Builder().url(dial.url().toString());
    dial.headers().forEach(request::header);
    WebSocket socket = client.newWebSocket(request.build(), new Listener(diary, dial));
    return new Call() {
      @Override
      public void send(String text) {
        socket.send(text);
      }

      @Override
      public void cancel() {
        socket.cancel();
        client.dispatcher().executorService().shutdown();
      }
    };
  }

  private static final class Listener extends WebSocketListener {
    private final Diary diary;
    private final Dial dial;

    Listener(Diary diary, Dial dial) {
      this.diary = diary;
      this.dial = dial;
    }

    @Override
    public void onOpen(WebSocket socket, Response response) {
      diary.add(new Diary.Opened());
    }

    @Override
    public void onMessage(WebSocket socket, String text) {
      diary.add(new Diary.Text(text));
    }

    @Override
    public void onClosing(WebSocket socket, int code, String reason) {
      diary.add(new Diary.Closing(code, reason));
      if (dial.answersClose()) {
        socket.close(1000, null);
      }
    }

    @Override
    public void onClosed(WebSocket socket, int code, String reason) {
      diary.add(new Diary.Closed(code, reason));
    }

    @Override
    public void onFailure(WebSocket socket, Throwable failure, @Nullable Response response) {
      if (response == null) {
        diary.failed(failure);
        return;
      }
      diary.add(new Diary.Failed(
          failure.getClass().getName(),
          String.valueOf(failure.getMessage()),
          response.code(),
          String.valueOf(response.header("Retry-After", ""))));
    }
  }
}
