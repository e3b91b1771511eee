package io.heartline.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Json;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A JSP in the same web application writes into its page where a channel stands. */
@ExtendWith(ArquillianExtension.class)
class RenderedPageIT {
  private static final String NAME = "heartline-rendered";

  private final Deployed war = new Deployed(NAME);

  @Deployment(testable = false)
  static WebArchive heartline() {
    return Deployed.archive(NAME)
        .addAsWebResource(
            new StringAsset("{\"byName\":\"${heartline.position('public:orders')}\","
                + "\"byFunction\":\"<%= ((java.util.function.Function<String, String>)"
                + " application.getAttribute(\"heartline\")).apply(\"public:orders\") %>\"}"),
            "rendered.jsp");
  }

  @Test
  void whatIsPublishedAfterTheRenderingReachesThePage() throws IOException {
    String shown = war.publish("public:orders", "1");
    String page = war.get("rendered.jsp").body();
    assertThat(Json.field(page, "byName")).isEqualTo(shown);
    assertThat(Json.field(page, "byFunction")).isEqualTo(shown);
    assertThat(Json.field(war.get("api/position?channel=public:orders").body(), "public:orders"))
        .isEqualTo(shown);
    war.publish("public:orders", "2");
    WebSocketRecorder line = Contract.page(war);
    line.send("{\"subscribe\":\"public:orders\",\"after\":\"" + shown + "\"}");
    assertThat(line.object()).endsWith("\"recovered\":true}");
    assertThat(line.object()).endsWith("\"data\":2}");
    line.leave();
  }
}
