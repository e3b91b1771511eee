package io.heartline.security;

import io.heartline.engine.Buckets;
import io.heartline.engine.Engine;
import io.heartline.engine.Line;
import io.heartline.engine.LineEvents;
import io.heartline.model.CloseStatus;
import io.heartline.model.Rate;
import io.heartline.model.RetryAfter;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a request may open a line, before anything that costs more is done for it. How
 * many lines an address has counts only if a trusted proxy says the address: any other peer may be
 * a proxy itself, for thousands of clients.
 */
public final class Turnstile implements LineEvents {
  /**
   * How many lines there may be.
   *
   * @param newLines how many may open in a time
   * @param newOfAddress the same for one address
   * @param ofAddress how many an address may have
   */
  public record Bounds(Rate newLines, Rate newOfAddress, int ofAddress) {}

  /** How many addresses are kept apart, as far as they opened lines lately. */
  private static final int ADDRESSES = 100_000;

  /** Why no line can be opened for now, however long ago the last one was. */
  private enum Closed {
    NOT_READY("not-ready", RetryAfter.SPREAD),
    FULL("lines", RetryAfter.SPREAD),

    /** No node can let anybody in, so that all clients come back. */
    CUT_OFF("cut-off", 15),
    ADDRESS_FULL("address-lines", RetryAfter.SPREAD);

    /** Its name in the statistics. */
    private final String limit;

    /** Seconds over which clients come back. */
    private final int spread;

    Closed(String limit, int spread) {
      this.limit = limit;
      this.spread = spread;
    }
  }

  private static final Object ALL = new Object();

  private final Engine engine;
  private final Networks trustedProxies;
  private final Refused refused;
  private final Bounds bounds;
  private final LongSupplier nanos;
  private final DoubleSupplier random;
  private final Buckets opened;
  private final Buckets openedByAddress;

  /** How many lines each network has; none has 0. */
  private final Map<String, Integer> lines = new ConcurrentHashMap<>();

  /**
   * @param trustedProxies proxies whose forwarded headers we trust
   * @param refused is told of those that are turned away; not while the server is draining or
   *     stopping, when that is only to be expected
   * @param nanos the clock, in nanoseconds
   * @param random numbers in [0,1), used to spread those who come back
   */
  public Turnstile(
      Engine engine,
      Networks trustedProxies,
      Refused refused,
      Bounds bounds,
      LongSupplier nanos,
      DoubleSupplier random) {
    this.engine = engine;
    this.trustedProxies = trustedProxies;
    this.refused = refused;
    this.bounds = bounds;
    this.nanos = nanos;
    this.random = random;
    opened = new Buckets(bounds.newLines(), 1, nanos.getAsLong());
    openedByAddress = new Buckets(bounds.newOfAddress(), ADDRESSES, nanos.getAsLong());
  }

  /** Returns in how many seconds a client had better come back; 0 if it may open a line now. */
  public int comeBackIn(HttpServletRequest request) {
    String network = network(request);
    Closed closed = closed(network);
    if (closed != null) {
      tell(closed, request);
      return turnedAway(closed.limit, 0, closed.spread);
    }
    long now = nanos.getAsLong();
    if (network != null) {
      long wait = openedByAddress.take(network, 1, now);
      if (wait > 0) {
        refused.tooFast(
            request,
            "more than " + bounds.newOfAddress()
                + " lines of an address a second/at once; see heartline.lines.new.per-address");
        return turnedAway("address-pace", wait, RetryAfter.SPREAD);
      }
    }
    long wait = opened.take(ALL, 1, now);
    if (wait > 0) {
      refused.tooFast(
          request,
          "more than " + bounds.newLines() + " lines a second/at once; see heartline.lines.new");
      return turnedAway("pace", wait, RetryAfter.SPREAD);
    }
    return 0;
  }

  /**
   * Returns the same for a client that does not open one but wants to know. Nothing is counted, and
   * how fast lines open is left aside: that is over in a moment.
   */
  public int wouldComeBackIn(HttpServletRequest request) {
    if (engine.stopping()) {
      return 1; // a restart may take a moment, and its pages were told over how long they come back
    }
    Closed closed = closed(network(request));
    return closed == null ? 0 : seconds(0, closed.spread);
  }

  /** Returns the network of a caller; null if nobody we trust says it. */
  private @Nullable String network(HttpServletRequest request) {
    String address = new Caller(request).told(trustedProxies);
    return address == null ? null : Networks.networkOf(address);
  }

  private @Nullable Closed closed(@Nullable String network) {
    if (!engine.ready()) {
      return Closed.NOT_READY;
    }
    if (!engine.hasRoom()) {
      return Closed.FULL;
    }
    if (engine.isCutOff()) {
      return Closed.CUT_OFF;
    }
    boolean full = network != null && lines.getOrDefault(network, 0) >= bounds.ofAddress();
    return full ? Closed.ADDRESS_FULL : null;
  }

  private void tell(Closed closed, HttpServletRequest request) {
    switch (closed) {
      case NOT_READY -> {} // only to be expected
      case FULL -> refused.noRoom(request, engine.limits().lines());
      case CUT_OFF -> refused.cutOff(request);
      case ADDRESS_FULL ->
        refused.tooMany(
            request,
            "all " + bounds.ofAddress()
                + " lines of an address are open; see heartline.lines.per-address");
    }
  }

  private int turnedAway(String limit, long waitNanos, int spread) {
    engine.statistics().turnedAway(limit);
    return seconds(waitNanos, spread);
  }

  private int seconds(long waitNanos, int spread) {
    long seconds = Duration.ofNanos(waitNanos).toSeconds();
    return (int)
        Math.min(Integer.MAX_VALUE, seconds + RetryAfter.seconds(random.getAsDouble(), spread));
  }

  /** Returns the network of a line as far as it counts; null if it is only our proxy's. */
  private @Nullable String network(Line line) {
    return trustedProxies.contain(line.address()) ? null : Networks.networkOf(line.address());
  }

  @Override
  public void opened(Line line) {
    String network = network(line);
    if (network != null) {
      lines.merge(network, 1, Integer::sum);
    }
  }

  @Override
  public void closed(Line line, int code, @Nullable CloseStatus status, String reason) {
    String network = network(line);
    if (network != null) {
      lines.computeIfPresent(network, (same, count) -> count > 1 ? count - 1 : null);
    }
  }

  /** Returns how many networks have lines. */
  int networks() {
    return lines.size();
  }
}
