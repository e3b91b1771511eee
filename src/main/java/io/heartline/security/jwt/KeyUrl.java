package io.heartline.security.jwt;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.nimbusds.jose.JWSAlgorithm;
import io.heartline.engine.MinuteLog;
import io.heartline.engine.Remote;
import io.heartline.model.Nanos;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keys at an address. They are kept and asked for again in the background; while the address is
 * down, those read last are good for a while. A token that names a key we do not have makes us ask
 * at once, but not more often than now and then: anybody can make one up.
 */
public final class KeyUrl implements KeySource {
  private static final Logger LOG = System.getLogger(KeyUrl.class.getName());

  /** How long after a question a key that we do not have is a reason for another. */
  static final Duration UNKNOWN = Duration.ofSeconds(30);

  /** How long after a question that failed the next one follows; doubled with each in a row. */
  static final Duration RETRY = Duration.ofSeconds(5);

  private static final int MOST_DOUBLINGS = 4;

  private static final int KINDS = 16;

  private final URI url;
  private final Algorithms algorithms;
  private final Duration refresh;
  private final Duration keep;
  private final Function<URI, CompletionStage<Remote.Answer>> remote;
  private final LongSupplier nanos;
  private final MinuteLog failures;

  /** Null until keys were read. */
  @GuardedBy("this")
  private @Nullable KeyRing ring;

  /** When they were read. */
  @GuardedBy("this")
  private long readAt;

  /** Completed when the question under way is answered; null while there is none. */
  @GuardedBy("this")
  private @Nullable CompletableFuture<Void> asking;

  /** When the last question began; meaningless unless there was one. */
  @GuardedBy("this")
  private long askedAt;

  @GuardedBy("this")
  private boolean asked;

  /** How many questions in a row have failed. */
  @GuardedBy("this")
  private int failed;

  /**
   * @param refresh how old the keys are when they are asked for again
   * @param keep how old they may become
   * @param remote asks for what is at an address, within a bounded time and size
   * @param nanos the clock, in nanoseconds
   */
  public KeyUrl(
      URI url,
      Algorithms algorithms,
      Duration refresh,
      Duration keep,
      Function<URI, CompletionStage<Remote.Answer>> remote,
      LongSupplier nanos) {
    this.url = url;
    this.algorithms = algorithms;
    this.refresh = refresh;
    this.keep = keep;
    this.remote = remote;
    this.nanos = nanos;
    failures = new MinuteLog(LOG, Level.WARNING, nanos, KINDS, MinuteLog::again);
  }

  @Override
  public CompletionStage<Found> find(@Nullable String id, JWSAlgorithm algorithm) {
    CompletableFuture<Void> answered;
    boolean begins = false;
    synchronized (this) {
      Found now = found(id, algorithm);
      if (now instanceof Found.Keys keys && !keys.all().isEmpty()) {
        return CompletableFuture.completedFuture(now);
      }
      if (asking == null) {
        if (!mayAsk(now instanceof Found.Keys ? UNKNOWN : pause())) {
          return CompletableFuture.completedFuture(now);
        }
        begins = true;
        begin();
      }
      answered = asking;
    }
    if (begins) {
      ask();
    }
    return answered == null
        ? CompletableFuture.completedFuture(found(id, algorithm))
        : answered.thenApply(done -> found(id, algorithm));
  }

  /** Returns what is known now. A key that we do not have may be one that we could not ask for. */
  private synchronized Found found(@Nullable String id, JWSAlgorithm algorithm) {
    boolean usable = ring != null && nanos.getAsLong() - readAt <= Nanos.of(keep);
    List<Key> fitting = usable && ring != null ? ring.fitting(id, algorithm) : List.of();
    return !usable || (fitting.isEmpty() && failed > 0)
        ? new Found.Unavailable("the keys for tokens cannot be had now")
        : new Found.Keys(fitting);
  }

  @GuardedBy("this")
  private boolean mayAsk(Duration after) {
    return !asked || nanos.getAsLong() - askedAt >= Nanos.of(after);
  }

  @GuardedBy("this")
  private Duration pause() {
    return RETRY.multipliedBy(1L << Math.max(0, Math.min(failed - 1, MOST_DOUBLINGS)));
  }

  @GuardedBy("this")
  private void begin() {
    asking = new CompletableFuture<>();
    asked = true;
    askedAt = nanos.getAsLong();
  }

  @Override
  public void tend() {
    boolean begins;
    synchronized (this) {
      boolean due = ring == null || nanos.getAsLong() - readAt >= Nanos.of(refresh);
      begins = asking == null && due && mayAsk(pause());
      if (begins) {
        begin();
      }
    }
    if (begins) {
      ask();
    }
    failures.tend();
  }

  /** Asks, under no lock. */
  private void ask() {
    CompletionStage<Remote.Answer> answer;
    try {
      answer = remote.apply(url);
    } catch (RuntimeException e) {
      answer = CompletableFuture.completedFuture(
          new Remote.Answer.Unavailable("the call failed", String.valueOf(e)));
    }
    answer.thenAccept(this::answered);
  }

  private void answered(Remote.Answer answer) {
    KeyRing read = null;
    String why = "";
    try {
      read = read(answer);
    } catch (BadKeys bad) {
      why = bad.rule();
    } catch (RuntimeException | StackOverflowError e) { // a mistake of ours or of the library's
      why = "cannot be read: " + e.getClass().getName();
    }
    CompletableFuture<Void> waiting;
    boolean news;
    synchronized (this) {
      news = read != null && (ring == null || failed > 0);
      if (read == null) {
        failed++;
      } else {
        ring = read;
        readAt = nanos.getAsLong();
        failed = 0;
      }
      waiting = asking;
      asking = null;
    }
    if (read == null) {
      String what = "the keys for tokens at " + shown() + " " + why;
      failures.happened(what, () -> what);
    } else if (news) {
      LOG.log(Level.INFO, "{0} keys for tokens were read from {1}", read.keys().size(), shown());
    }
    if (waiting != null) {
      waiting.complete(null);
    }
  }

  private KeyRing read(Remote.Answer answer) throws BadKeys {
    if (answer instanceof Remote.Answer.Unavailable no) {
      throw new BadKeys("could not be asked for: " + no.cause());
    }
    Remote.Answer.Given given = (Remote.Answer.Given) answer;
    if (given.status() != 200) {
      throw new BadKeys("must be answered with 200: " + given.status());
    }
    String body = given.body();
    if (body == null) {
      throw new BadKeys("must be text in UTF-8");
    }
    return KeyFormat.PUBLIC_JWKS.parse(body, algorithms.all());
  }

  /** Returns the address without its query, which may be nobody's business. */
  private String shown() {
    return url.getScheme() + "://" + url.getAuthority() + url.getPath();
  }

  /** Returns the ids of the keys that there are, for tests. */
  synchronized List<@Nullable String> ids() {
    KeyRing known = ring;
    return known == null
        ? List.of()
        : known.keys().stream().<@Nullable String>map(Key::id).toList();
  }
}
