package io.heartline.container;

import io.heartline.testing.sockjs.SockJsContract;
import io.heartline.testing.sockjs.SuiteServices;
import jakarta.servlet.ServletContainerInitializer;
import java.net.URI;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The SockJS protocol: the WAR's own classes with the test's services in place of the application.
 */
@ExtendWith(ArquillianExtension.class)
class SockJsIT extends SockJsContract {
  private static final String NAME = "sockjs";

  private static final String INITIALIZERS =
      "WEB-INF/classes/META-INF/services/" + ServletContainerInitializer.class.getName();

  @Deployment(testable = false)
  static WebArchive services() {
    WebArchive war = Deployed.archive(NAME);
    war.delete("/" + INITIALIZERS);
    return war.add(new StringAsset(SuiteServices.class.getName()), INITIALIZERS)
        .addPackage(SuiteServices.class.getPackage());
  }

  @Override
  protected String url() {
    return URI.create(System.getProperty("heartline.container.base"))
        .resolve(NAME)
        .toString();
  }
}
