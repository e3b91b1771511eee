package io.heartline.testing;

import java.text.MessageFormat;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.CopyOnWriteArrayList;

/** A logger that keeps what it is told, each as its level and its message. Thread-safe. */
public final class RecordingLog implements System.Logger {
  public final List<String> said = new CopyOnWriteArrayList<>();

  @Override
  public String getName() {
    return "test";
  }

  @Override
  public boolean isLoggable(Level level) {
    return true;
  }

  @Override
  public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
    said.add(level + " " + message);
  }

  @Override
  public void log(Level level, ResourceBundle bundle, String format, Object... params) {
    said.add(level + " " + (params == null ? format : MessageFormat.format(format, params)));
  }

  /** Returns what was said since the last call. */
  public List<String> next() {
    List<String> next = List.copyOf(said);
    said.clear();
    return next;
  }
}
