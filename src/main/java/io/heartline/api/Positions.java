package io.heartline.api;

import io.heartline.engine.Engine;
import io.heartline.engine.Store;
import io.heartline.model.ChannelName;
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

  private final Engine engine;

  public Positions(Engine engine) {
    this.engine = engine;
  }

  /**
   * Returns where a channel stands now, of {@code a-z 0-9 . :} only; also where nothing was ever
   * published.
   *
   * @throws IllegalArgumentException with the rule if this is no name of a channel
   * @throws Store.Unavailable if there is no room for one more name
   */
  public String position(String channel) {
    return engine.look(new ChannelName(channel), Store.View::head).toString();
  }

  @Override
  public String apply(String channel) {
    return position(channel);
  }
}
