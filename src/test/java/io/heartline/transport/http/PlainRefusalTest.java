package io.heartline.transport.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PlainRefusalTest {
  private final Map<String, Object> answer = new HashMap<>();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  private HttpServletResponse response() {
    return (HttpServletResponse) Proxy.newProxyInstance(
        PlainRefusalTest.class.getClassLoader(),
        new Class<?>[] {HttpServletResponse.class},
        (proxy, called, args) -> switch (called.getName()) {
          case "setHeader" -> answer.put((String) args[0], args[1]);
          case "setStatus" -> answer.put("status", args[0]);
          case "setContentType" -> answer.put("type", args[0]);
          case "getOutputStream" -> new Body();
          default -> throw new UnsupportedOperationException(called.getName());
        });
  }

  private final class Body extends ServletOutputStream {
    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(int b) {
      body.write(b);
    }
  }

  @Test
  void thoseWhoCameTogetherAreNotToldToComeBackTogether() throws IOException {
    Set<Integer> seconds = new TreeSet<>();
    for (int i = 0; i < 1000; i++) {
      PlainRefusal.comeBackLater(response(), "not now");
      seconds.add(Integer.valueOf((String) answer.get("Retry-After")));
    }
    assertThat(seconds).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    assertThat(answer)
        .containsEntry("status", 503)
        .containsEntry("type", "text/plain;charset=UTF-8");
    assertThat(body.toString(UTF_8)).startsWith("not now" + System.lineSeparator());
  }
}
