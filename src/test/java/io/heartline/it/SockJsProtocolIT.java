package io.heartline.it;

import io.heartline.testing.sockjs.SockJsContract;
import io.heartline.testing.sockjs.SockJsServices;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The SockJS protocol on a Tomcat of its own, or on any other server that has the services. */
class SockJsProtocolIT extends SockJsContract {
  /** Such as {@code http://127.0.0.1:8081}; null to start ours. */
  private static final String OTHER = System.getProperty("sockjs.services");

  @TempDir
  static Path work;

  private static SockJsServices services;

  @BeforeAll
  static void start() {
    services = OTHER == null ? SockJsServices.start(work, 0) : null;
  }

  @AfterAll
  static void stop() {
    if (services != null) {
      services.close();
    }
  }

  @Override
  protected String url() {
    return services == null ? OTHER : services.url();
  }
}
