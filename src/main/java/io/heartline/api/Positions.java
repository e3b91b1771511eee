package io.heartline.api;

import io.heartline.engine.Engine;
import io.heartline.engine.Store;
import io.heartline.model.ChannelName;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Where channels stand, for pages that are rendered on the server: what is published between the
 * rendering and the opening of the line then reaches the page too. Take the position first and read
 * the data that the page shows after it; the other way round an update may fall between the two.
 *
 * <p>Stands in the servlet context as the attribute {@value #ATTRIBUTE}:
 *
 * <pre>
 * line.subscribe('orders', show, { after: '${heartline.position("orders")}' });
 * </pre>
 *
 * <p>It is a {@link Function} too, so that other applications of the container, which cannot share
 * its class, can call it where the container lets them have this context. It asks for no rights:
 * who renders a page decides what stands in it.
 */
public final class Positions implements Function<String, String> {
  /** The name of the context's attribute. */
  public static final String ATTRIBUTE = "heartline";

  /** How long the thread that renders a page may wait for a store that is far away. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Engine engine;

  public Positions(Engine engine) {
    this.engine = engine;
  }

  /**
   * Returns where a channel stands now, of {@code a-z 0-9 . :} only; also where nothing was ever
   * published.
   *
   * @throws IllegalArgumentException with the rule if this is no name of a channel
   * @throws Store.Unavailable if the channel cannot be read now
   */
  public String position(String channel) {
    try {
      return engine
          .head(new ChannelName(channel))
          .toCompletableFuture()
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
          .toString();
    } catch (TimeoutException e) {
      throw new Store.Unavailable("no answer within " + PATIENCE.toMillis() + " ms");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Store.Unavailable("interrupted while waiting for an answer");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Store.Unavailable unavailable) {
        throw unavailable;
      }
      throw new IllegalStateException("the channel could not be looked at", e);
    }
  }

  @Override
  public String apply(String channel) {
    return position(channel);
  }
}
