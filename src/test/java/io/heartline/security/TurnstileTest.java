package io.heartline.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Arrival;
import io.heartline.engine.Connection;
import io.heartline.engine.Door;
import io.heartline.engine.Engine;
import io.heartline.engine.Line;
import io.heartline.engine.Outgoing;
import io.heartline.engine.SeatPolicy;
import io.heartline.model.CloseStatus;
import io.heartline.model.Rate;
import io.heartline.protocol.text.RawProtocol;
import io.heartline.testing.Arrivals;
import io.heartline.testing.Engines;
import io.heartline.testing.FakeTime;
import io.heartline.testing.RecordingLog;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may open a line, by where they are and how many came before them. */
class TurnstileTest {
  private static final Networks PROXIES = new Networks(List.of("127.0.0.0/8"));
  private static final String PROXY = "127.0.0.1";
  private static final Door DOOR = new Door(
      "raw", RawProtocol.quiet(), SeatPolicy.NONE, Duration.ofSeconds(25), null, u -> List.of());

  private final FakeTime time = new FakeTime();
  private final Engine engine = Engines.idle(time);
  private final RecordingLog said = new RecordingLog();
  private final Refused refused;
  private final Deque<Line> lines = new ArrayDeque<>();
  private double random;

  TurnstileTest(@TempDir Path folder) throws IOException {
    ApiKeys none = new ApiKeys(Map.of(), ApiKeyFile.open(folder.resolve("none")), () -> 1);
    refused = new Refused(new RefusalLog(time::nanos, said), PROXIES, none);
  }

  private Turnstile turnstile(Rate newLines, Rate ofAddress, int linesOfAddress) {
    Turnstile turnstile = new Turnstile(
        engine,
        PROXIES,
        refused,
        new Turnstile.Bounds(newLines, ofAddress, linesOfAddress),
        time::nanos,
        () -> random);
    engine.listen(turnstile);
    return turnstile;
  }

  @Test
  void whenRedisIsAwayForLongNobodyComesInAndAllComeBackSpreadOver15Seconds() {
    Turnstile turnstile = turnstile(Rate.UNLIMITED, Rate.UNLIMITED, 10);
    assertThat(turnstile.comeBackIn(from("1.2.3.4"))).isZero();
    engine.cutOff(() -> true);
    assertThat(turnstile.comeBackIn(from("1.2.3.4"))).isEqualTo(1);
    random = 0.99;
    assertThat(turnstile.comeBackIn(from("1.2.3.4"))).isEqualTo(15);
    assertThat(turnstile.wouldComeBackIn(from("1.2.3.4"))).isEqualTo(15);
    assertThat(engine.statistics().turnedAway()).containsEntry("cut-off", 2L);
    engine.cutOff(() -> false);
    assertThat(turnstile.comeBackIn(from("1.2.3.4"))).isZero();
    assertThat(turnstile.wouldComeBackIn(from("1.2.3.4"))).isZero();
    assertThat(said.said).anyMatch(line -> line.contains("does not see Redis"));
  }

  private static HttpServletRequest from(String peer, String... forwarded) {
    return (HttpServletRequest) Proxy.newProxyInstance(
        TurnstileTest.class.getClassLoader(),
        new Class<?>[] {HttpServletRequest.class},
        (proxy, method, args) -> switch (method.getName()) {
          case "getRemoteAddr" -> peer;
          case "getMethod" -> "GET";
          case "getRequestURI" -> "/heartline/line";
          case "getHeaders" ->
            Collections.enumeration(
                args[0].equals("X-Forwarded-For") ? List.of(forwarded) : List.of());
          default -> throw new UnsupportedOperationException(method.getName());
        });
  }

  private void open(String address) {
    Arrival arrival = Arrivals.of(null);
    Connection silent = new Connection() {
      @Override
      public void write(Outgoing outgoing, Mode mode, Done done) {}

      @Override
      public void close(CloseStatus status) {}

      @Override
      public void cut(CloseStatus status) {}
    };
    Arrival there = new Arrival(
        address,
        arrival.identity(),
        arrival.heads(),
        arrival.since(),
        arrival.textBeat(),
        arrival.commands());
    lines.add(engine.open(DOOR, silent, there).orElseThrow());
  }

  @Test
  void soManyComeAtOnceAndThenSoManyASecond() {
    Turnstile turnstile = turnstile(new Rate(2, 5), Rate.UNLIMITED, 10);
    for (int i = 0; i < 5; i++) {
      assertThat(turnstile.comeBackIn(from("203.0.113." + i))).isZero();
    }
    assertThat(turnstile.comeBackIn(from("203.0.113.9"))).isEqualTo(1);
    random = 0.999;
    assertThat(turnstile.comeBackIn(from("203.0.113.10"))).as("spread").isEqualTo(10);
    assertThat(engine.statistics().turnedAway()).containsExactly(Map.entry("pace", 2L));
    assertThat(said.next().get(0))
        .contains("503, more than 2/5 lines a second/at once; see heartline.lines.new");
    time.advance(Duration.ofMillis(500));
    assertThat(turnstile.comeBackIn(from("203.0.113.9"))).isZero();
  }

  @Test
  void anAddressThatATrustedProxySaysHasItsOwnPace() {
    Turnstile turnstile = turnstile(new Rate(1, 100), new Rate(1, 3), 10);
    for (int i = 0; i < 3; i++) {
      assertThat(turnstile.comeBackIn(from(PROXY, "203.0.113.9"))).isZero();
    }
    for (int i = 0; i < 50; i++) {
      assertThat(turnstile.comeBackIn(from(PROXY, "6.6.6.6, 203.0.113.9"))).isPositive();
    }
    assertThat(engine.statistics().turnedAway()).containsExactly(Map.entry("address-pace", 50L));
    for (int i = 0; i < 97; i++) { // whoever was turned away took nothing from others
      assertThat(turnstile.comeBackIn(from(PROXY, "203.0.114." + i))).isZero();
    }
  }

  @Test
  void addressesOfOneNetworkOfIpv6AreOne() {
    Turnstile turnstile = turnstile(Rate.UNLIMITED, new Rate(1, 2), 10);
    assertThat(turnstile.comeBackIn(from(PROXY, "2001:db8::1"))).isZero();
    assertThat(turnstile.comeBackIn(from(PROXY, "2001:db8::2"))).isZero();
    assertThat(turnstile.comeBackIn(from(PROXY, "2001:db8::3"))).isPositive();
    assertThat(turnstile.comeBackIn(from(PROXY, "2001:db8:0:1::1"))).isZero();
  }

  /**
   * Any other peer may be a proxy for thousands, and so may one that does not say who it is for.
   */
  @Test
  void whatNoTrustedProxySaysHasNoLimitOfItsOwn() {
    Turnstile turnstile = turnstile(Rate.UNLIMITED, new Rate(1, 2), 1);
    open("203.0.113.9");
    open("127.0.0.1");
    for (int i = 0; i < 20; i++) {
      assertThat(turnstile.comeBackIn(from("203.0.113.9"))).isZero();
      assertThat(turnstile.comeBackIn(from("203.0.113.9", "198.51.100.1"))).isZero();
      assertThat(turnstile.comeBackIn(from(PROXY))).isZero();
      assertThat(turnstile.comeBackIn(from(PROXY, "127.0.0.1"))).isZero();
      assertThat(turnstile.comeBackIn(from(null))).isZero();
    }
    assertThat(turnstile.comeBackIn(from(PROXY, "203.0.113.9"))).isPositive();
  }

  @Test
  void anAddressHasSoManyLines() {
    Turnstile turnstile = turnstile(Rate.UNLIMITED, Rate.UNLIMITED, 3);
    for (int i = 0; i < 3; i++) {
      assertThat(turnstile.comeBackIn(from(PROXY, "203.0.113.9"))).isZero();
      open("203.0.113.9");
    }
    assertThat(turnstile.comeBackIn(from(PROXY, "203.0.113.9"))).isPositive();
    assertThat(said.next().get(0))
        .contains("503, all 3 lines of an address are open; see heartline.lines.per-address");
    assertThat(turnstile.wouldComeBackIn(from(PROXY, "203.0.113.9"))).isPositive();
    assertThat(turnstile.wouldComeBackIn(from(PROXY, "203.0.113.10"))).isZero();
    assertThat(engine.statistics().turnedAway()).containsExactly(Map.entry("address-lines", 1L));
    assertThat(turnstile.comeBackIn(from(PROXY, "203.0.113.10"))).isZero();
    lines.remove().closed(CloseStatus.LOST);
    assertThat(turnstile.comeBackIn(from(PROXY, "203.0.113.9"))).isZero();
  }

  @Test
  void tenThousandLinesThatComeAndGoLeaveNothingBehind() {
    Turnstile turnstile = turnstile(Rate.UNLIMITED, Rate.UNLIMITED, 10);
    for (int i = 0; i < 10_000; i++) {
      String address = "203.0.113." + i % 20;
      assertThat(turnstile.comeBackIn(from(PROXY, address))).isZero();
      open(address);
      if (lines.size() > 50) {
        lines.remove().closed(CloseStatus.LOST);
      }
    }
    assertThat(turnstile.networks()).isEqualTo(20);
    lines.forEach(line -> line.closed(1001));
    assertThat(turnstile.networks()).isZero();
    assertThat(engine.lines()).isZero();
  }

  @Test
  void nobodyIsLetInWhileTheServerIsFullOrDraining() {
    Turnstile turnstile = turnstile(Rate.UNLIMITED, Rate.UNLIMITED, 1_000);
    for (int i = 0; i < engine.limits().lines(); i++) {
      open("203.0.113.9");
    }
    assertThat(turnstile.comeBackIn(from("203.0.113.10"))).isPositive();
    engine.drain(Duration.ofSeconds(1));
    assertThat(turnstile.comeBackIn(from("203.0.113.10"))).isPositive();
    random = 0.99;
    assertThat(turnstile.wouldComeBackIn(from("203.0.113.10"))).isEqualTo(10);
    assertThat(engine.statistics().turnedAway())
        .containsExactly(Map.entry("lines", 1L), Map.entry("not-ready", 1L));
    assertThat(said.next()).as("a drain is only to be expected").hasSize(1);
    engine.stop();
    assertThat(turnstile.wouldComeBackIn(from("203.0.113.10"))).as("a restart").isEqualTo(1);
  }
}
