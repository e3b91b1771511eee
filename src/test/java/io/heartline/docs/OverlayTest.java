package io.heartline.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code deploy/wildfly/web.xml} stands in for the one in the WAR, so it must say all of that. */
class OverlayTest {
  @Test
  void theWebXmlForWildFlyIsOursWithALogin() throws IOException {
    String overlay = content("deploy/wildfly/web.xml");
    assertThat(overlay).contains("<auth-method>FORM</auth-method>");
    assertThat(overlay.replaceAll("(?s)\\s*<login-config>.*</login-config>", ""))
        .isEqualTo(content("webapp/WEB-INF/web.xml"));
  }

  private static String content(String file) throws IOException {
    return Files.readString(Path.of(file)).replaceAll("(?s)<!--.*?-->\\s*", "");
  }
}
