package io.heartline.transport.sockjs;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.Room;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SentBodyTest {
  private static final int LARGEST = 128 * 1024;

  private final List<String> answers = new ArrayList<>();

  /** What listens to the body that was begun last. */
  private ReadListener listener;

  /** How many bytes have arrived that nobody has read. */
  private int arrived;

  /** A request of which only the headers have arrived. */
  private HttpServletRequest request(long length) {
    return fake(HttpServletRequest.class, length);
  }

  private <T> T fake(Class<T> type, long length) {
    return type.cast(Proxy.newProxyInstance(
        SentBodyTest.class.getClassLoader(),
        new Class<?>[] {type},
        (proxy, called, args) -> switch (called.getName()) {
          case "getContentLengthLong" -> length;
          case "getHeader" -> length < 0 ? "chunked" : null;
          case "getInputStream" -> new Coming();
          case "startAsync" -> fake(AsyncContext.class, length);
          default -> null;
        }));
  }

  private void read(long length, Room room) throws IOException {
    SentBody.read(request(length), LARGEST, room, 10_000, new SentBody.Answer() {
      @Override
      public void arrived(byte[] body) {
        answers.add("arrived");
      }

      @Override
      public void failed(SentBody.Problem problem) {
        answers.add(problem.name());
      }
    });
  }

  /** Otherwise a few clients far away would leave no room for all others. */
  @Test
  void aSmallBodyTakesLittleRoomWhileItComes() throws IOException {
    Room room = new Room(LARGEST);
    for (int i = 0; i < 20; i++) {
      read(100, room);
    }
    assertThat(answers).isEmpty();
  }

  @Test
  void oneThatDoesNotSayItsLengthMayBecomeTheLargest() throws IOException {
    Room room = new Room(2L * LARGEST);
    read(-1, room);
    read(-1, room);
    assertThat(answers).containsExactly("NO_ROOM");
  }

  @Test
  void whatGrowsTooLargeIsRefusedAndGivesItsRoomBack() throws IOException {
    Room room = new Room(LARGEST + 8 * 1024);
    read(-1, room);
    arrived = LARGEST + 1;
    listener.onDataAvailable();
    assertThat(answers).containsExactly("TOO_LARGE");
    read(-1, room);
    arrived = LARGEST;
    listener.onDataAvailable();
    listener.onAllDataRead();
    read(-1, room);
    listener.onError(new IOException("gone"));
    assertThat(answers).containsExactly("TOO_LARGE", "arrived", "BROKEN_OFF");
  }

  private final class Coming extends ServletInputStream {
    @Override
    public int available() {
      return 0;
    }

    @Override
    public int read() {
      throw new IllegalStateException("would block");
    }

    @Override
    public int read(byte[] bytes, int from, int length) {
      int n = Math.min(length, arrived);
      arrived -= n;
      return n;
    }

    @Override
    public boolean isFinished() {
      return false;
    }

    @Override
    public boolean isReady() {
      return arrived > 0;
    }

    @Override
    public void setReadListener(ReadListener next) {
      listener = next;
    }
  }
}
