package io.heartline.clients;

import org.java_websocket.client.WebSocketClient;
import org.java_websocket.handshake.ServerHandshake;

/** Java-WebSocket. It tells a refused handshake as a close with 1002, a lost line as 1006. */
final class JavaWebSocketLibrary implements Library {
  @Override
  public Call open(Dial dial, Trust trust, Diary diary) {
    WebSocketClient client = new WebSocketClient(dial.url(), dial.headers()) {
      @Override
      public void onOpen(ServerHandshake handshake) {
        diary.add(new Diary.Opened());
      }

      @Override
      public void onMessage(String text) {
        diary.add(new Diary.Text(text));
      }

      @Override
      public void onClose(int code, String reason, boolean remote) {
        diary.add(new Diary.Closed(code, reason));
      }

      @Override
      public void onError(Exception failure) {
        diary.failed(failure);
      }
    };
    client.setConnectionLostTimeout((int) dial.pings().toSeconds());
    if (dial.url().getScheme().equals("wss")) {
      client.setSocketFactory(trust.context().getSocketFactory());
    }
    client.connect();
    return new Call() {
      @Override
      public void send(String text) {
        client.send(text);
      }

      @Override
      public void cancel() {
        client.getConnection().closeConnection(1006, "");
      }
    };
  }
}
