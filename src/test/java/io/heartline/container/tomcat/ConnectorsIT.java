package io.heartline.container.tomcat;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.container.Deployed;
import io.heartline.nginx.SelfSigned;
import io.heartline.testing.Flood;
import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RawSocketClient.Frame;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tomcat's kinds of connectors, see {@code src/test/resources/container/prepare}: on each Tomcat's
 * frames and ours share the socket, behind a filter that copies all headers. NIO2 with TLS is not
 * flooded: there Tomcat loses bytes where a socket is full.
 */
@ExtendWith(ArquillianExtension.class)
class ConnectorsIT {
  private static final String NAME = "heartline-connectors";

  private final Deployed war = new Deployed(NAME);

  @Deployment(testable = false)
  static WebArchive heartline() {
    return Deployed.archive(
        NAME,
        "heartline.beat=1h",
        "heartline.no-progress=1h",
        "heartline.retain.count=10000",
        "heartline.retain.bytes=64MiB");
  }

  private RawSocketClient line(int above, boolean tls)
      throws IOException, GeneralSecurityException {
    URI door = war.door("updatewebsocket");
    URI there =
        URI.create("ws://" + door.getHost() + ':' + (door.getPort() + above) + door.getPath());
    RawSocketClient line = RawSocketClient.open(tls ? trusting() : null, there, 4 * 1024);
    line.assertRawLives();
    return line;
  }

  private static SSLContext trusting() throws IOException, GeneralSecurityException {
    Path store = Path.of(System.getProperty("heartline.container.home"), "conf", "test.p12");
    return SelfSigned.trusting(KeyStore.getInstance(store.toFile(), "changeit".toCharArray()));
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource({"0, NIO, false", "1, NIO2, false", "2, NIO with TLS, true"})
  void pongsStandBetweenFramesWhileTheSocketIsFull(int above, String kind, boolean tls)
      throws IOException, GeneralSecurityException {
    try (RawSocketClient line = line(above, tls)) {
      new Flood(line).assertPongsStandBetweenFrames(war::publish);
      war.publish("updates", '"' + Flood.FILLING + '"');
      assertThat(line.read().fin()).as(kind + ": one frame").isTrue();
    }
  }

  @Test
  void whereTomcatTakesNoSemaphoreItsApiParts() throws IOException, GeneralSecurityException {
    try (RawSocketClient line = line(3, false)) {
      new Flood(line).assertPongsStandBetweenFramesOfTheApi(war::publish);
      war.publish("updates", '"' + Flood.FILLING + '"');
      Frame first = line.read();
      assertThat(first.fin()).isFalse();
      assertThat(first.text()).startsWith("xxx");
    }
  }
}
