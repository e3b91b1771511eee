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
 * The channels' current positions, for pages that are rendered on the server. With them the page
 * also gets what is published between its rendering and the opening of its line. Take the position
 * first and read the page's data afterwards. The other way round, an update in between is lost.
 *
 * <p>Found in the servlet context as the attribute {@value #ATTRIBUTE}:
 *
 * <pre>
 * line.subscribe('orders', show, { after: '${heartline.position("orders")}' });
 * </pre>
 *
 * <p>It is also a {@link Function}, because other applications in the container cannot share this
 * class. They can call it if the container gives them this context. It checks no rights: whoever
 * renders a page decides what is in it.
 */
public final class Positions implements Function<String, String> {
  /** The name of the attribute in the servlet context. */
  public static final String ATTRIBUTE = "heartline";

  /** How long the thread that renders a page may wait for a remote store. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Engine engine;

  public Positions(Engine engine) {
    this.engine = engine;
  }

  /**
   * Returns a channel's current position, in the characters {@code a-z 0-9 . :} only. Works for a
   * channel without publications too.
   *
   * @throws IllegalArgumentException with the rule if this is not a channel name
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
      throw new IllegalStateException("could not read the channel's position", e);
    }
  }

  @Override
  public String apply(String channel) {
    return position(channel);
  }
}
