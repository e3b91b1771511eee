package io.heartline.bootstrap.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.bootstrap.HeartlineInitializer;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Filter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FailedStartTest {
  private final List<String> said = new ArrayList<>();

  /** As an operator may set it in {@code logging.properties}. */
  private final Filter operators = message -> !message.getMessage().contains("secret");

  private final Handler handler = new Handler() {
    @Override
    public void publish(LogRecord message) {
      if (isLoggable(message)) {
        said.add(message.getMessage());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  };

  @BeforeEach
  void add() {
    handler.setFilter(operators);
    Logger.getLogger("").addHandler(handler);
  }

  @AfterEach
  void remove() {
    Logger.getLogger("").removeHandler(handler);
  }

  private void log(String text) {
    handler.publish(new LogRecord(Level.INFO, text));
  }

  @Test
  void afterTheStartTheOperatorsFilterIsBack() {
    new FailedStart().over();
    assertThat(handler.getFilter()).isSameAs(operators);
  }

  @Test
  void theOperatorsFilterCountsDuringTheStart() {
    FailedStart start = new FailedStart();
    log("a secret");
    log("a word");
    assertThat(said).containsExactly("a word");
    start.over();
  }

  @Test
  void whatFollowsTheReasonIsNotLogged() {
    FailedStart start = new FailedStart();
    log("before");
    LogRecord failed = new LogRecord(Level.SEVERE, "trace");
    failed.setThrown(new IllegalStateException(HeartlineInitializer.CANNOT_START + "a secret"));
    handler.publish(failed);
    log("after");
    assertThat(said).containsExactly("before");
    assertThat(start.reason()).isEqualTo("a secret");
    start.over();
  }
}
