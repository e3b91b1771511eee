package io.heartline.engine;

import io.heartline.log.Start;
import io.heartline.model.CloseStatus;
import io.heartline.protocol.Subscription;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells several listeners what happens to lines; one that fails affects neither a line nor the
 * other listeners.
 */
final class Listeners implements LineEvents {
  private static final Logger LOG = System.getLogger(Listeners.class.getName());

  private final List<LineEvents> all = new CopyOnWriteArrayList<>();

  void add(LineEvents listener) {
    all.add(listener);
  }

  private void tell(Consumer<LineEvents> event) {
    for (LineEvents listener : all) {
      try {
        event.accept(listener);
      } catch (RuntimeException | Error e) {
        LOG.log(Level.ERROR, "a listener of lines failed", e);
      }
    }
  }

  @Override
  public void opened(Line line) {
    tell(listener -> listener.opened(line));
  }

  @Override
  public void welcomed(Line line) {
    tell(listener -> listener.welcomed(line));
  }

  @Override
  public void subscribed(Line line, Subscription subscription, Start start) {
    tell(listener -> listener.subscribed(line, subscription, start));
  }

  @Override
  public void unsubscribed(Line line, Subscription subscription) {
    tell(listener -> listener.unsubscribed(line, subscription));
  }

  @Override
  public void refused(Line line, String code, @Nullable String about) {
    tell(listener -> listener.refused(line, code, about));
  }

  @Override
  public void written(Line line, Outgoing outgoing) {
    tell(listener -> listener.written(line, outgoing));
  }

  @Override
  public void slow(Line line) {
    tell(listener -> listener.slow(line));
  }

  @Override
  public void held(Line line) {
    tell(listener -> listener.held(line));
  }

  @Override
  public void closed(Line line, int code, @Nullable CloseStatus status, String reason) {
    tell(listener -> listener.closed(line, code, status, reason));
  }
}
