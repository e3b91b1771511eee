package io.heartline.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.AskedApplication;
import io.heartline.testing.Issuer;
import io.heartline.testing.KeyServer;
import io.heartline.testing.RedisServer;
import io.heartline.testing.RunningWar.Guest;
import io.heartline.testing.StompRecorder;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** After an undeploy nothing of us is left in the server: no thread, no class. */
@ExtendWith(ArquillianExtension.class)
class NothingStaysIT {
  private static final String NAME = "heartline-leaves";

  /** The same as one of several nodes. */
  private static final String NODE = "heartline-leaves-redis";

  /** Made once per deployment, and with it go its class loader and whatever that holds. */
  private static final String LOADED = "io.heartline.bootstrap.Application";

  /**
   * What served last may keep an application until it serves another: a worker thread that WildFly
   * made while it served us has our context class loader as long as it lives, and in Tomcat
   * whatever was cut off in the middle of a request. A leak would keep all.
   */
  private static final int KEPT = 2;

  /** WildFly ends worker threads, but for two, that were idle for some seconds. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(150);

  // These end with the process: a test that is tried again finds them.
  private static final AskedApplication APPLICATION = new AskedApplication();
  private static final Issuer ISSUER = Issuer.withRsa("1");

  private static final KeyServer KEYS = keys();

  @ArquillianResource
  private Deployer deployer;

  @Deployment(name = NAME, managed = false, testable = false)
  static WebArchive heartline() {
    return archive(NAME);
  }

  @Deployment(name = NODE, managed = false, testable = false)
  static WebArchive node() {
    return archive(
        NODE, "heartline.store=redis", "heartline.redis=" + RedisServer.shared().address());
  }

  private static WebArchive archive(String name, String... more) {
    List<String> settings =
        new ArrayList<>(List.of(Issuer.settings("heartline.jwt.jwks.url=" + KEYS.url("keys"))));
    settings.add("heartline.stomp.send=/app/*=" + APPLICATION.url("/stomp"));
    settings.add("heartline.stomp.callback.timeout=1h");
    settings.addAll(List.of(more));
    return Deployed.archive(name, settings.toArray(String[]::new));
  }

  private static KeyServer keys() {
    try {
      return KeyServer.start(ISSUER);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void tenDeploymentsWithOpenLinesLeaveNoThreadAndNoClassLoader() throws IOException {
    leaveNothing(NAME, 10);
  }

  @Test
  void fiveDeploymentsOfANodeOfAClusterLeaveNoThreadAndNoClassLoader() throws IOException {
    leaveNothing(NODE, 5);
  }

  private void leaveNothing(String name, int rounds) throws IOException {
    Deployed war = new Deployed(name);
    Container container = new Container();
    for (int round = 0; round < rounds; round++) {
      deployer.deploy(name);
      try {
        use(war);
        assertThat(container.threads()).isNotEmpty();
        assertThat(container.loaded(LOADED)).isPositive();
      } finally {
        deployer.undeploy(name);
        APPLICATION.release();
      }
      assertThat(container.threads()).as("threads after the undeploy").isEmpty();
    }
    AtomicLong loaded = new AtomicLong();
    othersAreServed(war);
    try {
      Contract.eventually("class loaders go", KEEP_ALIVE, () -> {
        if (!Container.WILDFLY) { // where it would keep idle worker threads from ending
          othersAreServed(war);
        }
        loaded.set(container.loaded(LOADED));
        return loaded.get() <= KEPT;
      });
    } finally {
      System.out.println("class loaders of ended deployments: " + loaded);
    }
    // The JDK ends such a thread once nobody refers to its client any more.
    Contract.eventually("threads of HTTP clients end", () -> {
      container.loaded(LOADED); // collects garbage
      return container.threadsNamed("HttpClient-").isEmpty();
    });
    assertThat(Container.log())
        .noneMatch(line -> line.contains("appears to have started a thread named [heartline")
            || line.contains("appears to have started a thread named [HttpClient")
            || line.contains(name + "] created a ThreadLocal")
            || line.contains(name + "] registered"));
  }

  /** Everything that may leave something behind; lines stay open, and a call is under way. */
  private void use(Deployed war) throws IOException {
    Guest ann = war.guest();
    WebSocketRecorder page = Contract.subscriber(war, "updates", "Cookie", ann.cookie());
    WebSocketRecorder raw = WebSocketRecorder.listening(war.door("updatewebsocket"));
    WebSocketRecorder.listening(war.door("ws/user-channel"), "Cookie", ann.cookie());
    war.publish("updates", "\"hello\"");
    assertThat(page.object()).endsWith("\"data\":\"hello\"}");
    assertThat(raw.frame()).isEqualTo("hello");
    assertThat(war.post("api/publish", "{").statusCode()).isEqualTo(400);
    Contract.eventually("ready", () -> war.get("health/ready").statusCode() == 200);
    WebSocketRecorder known = WebSocketRecorder.page(war.door("line"));
    known.send("{\"hello\":{\"token\":\"" + ISSUER.token("ann") + "\"}}");
    assertThat(known.object()).contains("\"user\":\"ann\"");
    StompRecorder sender = StompRecorder.connected(war.door("stomp"));
    sender.sendTo("/app/a", "1");
    sender.assertReceipt();
    APPLICATION.asked();
    APPLICATION.hold();
    sender.sendTo("/app/a", "2");
    APPLICATION.asked();
  }

  /** Gives the container's threads something else to do, as many as there may be. */
  private void othersAreServed(Deployed war) {
    ExecutorService callers = Executors.newFixedThreadPool(32);
    try {
      List<Callable<Integer>> calls =
          Collections.nCopies(200, () -> war.get("/").statusCode());
      callers.invokeAll(calls);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      callers.shutdownNow();
    }
  }
}
