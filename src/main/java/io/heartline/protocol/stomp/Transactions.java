package io.heartline.protocol.stomp;

import io.heartline.protocol.Command;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a client has sent in transactions that it has not committed. Bounded. Not thread-safe. */
final class Transactions {
  /** The most transactions open at a time, per line. */
  static final int MAX_OPEN = 16;

  /** The most commands that wait in all of them. */
  static final int MAX_COMMANDS = 256;

  private final int maxChars;
  private final Map<String, Open> open = new HashMap<>(2);

  /** In all of them together. */
  private int commands;

  private int chars;

  /** One transaction. */
  private static final class Open {
    final List<Command> commands = new ArrayList<>();
    int chars;
  }

  /** @param maxChars the most text that may wait */
  Transactions(int maxChars) {
    this.maxChars = maxChars;
  }

  void begin(String name) throws BadFrame {
    if (open.size() >= MAX_OPEN) {
      throw new BadFrame("transaction must be one of at most " + MAX_OPEN + " that are open", name);
    }
    if (open.putIfAbsent(name, new Open()) != null) {
      throw new BadFrame("transaction must not be open already", name);
    }
  }

  /** @param size characters of what waits */
  void add(String name, Command command, int size) throws BadFrame {
    Open transaction = of(name);
    if (commands >= MAX_COMMANDS || chars + size > maxChars) {
      throw new BadFrame(
          "open transactions must have at most " + MAX_COMMANDS + " frames and " + maxChars
              + " characters",
          name);
    }
    transaction.commands.add(command);
    transaction.chars += size;
    commands++;
    chars += size;
  }

  /** Ends a transaction and returns what was sent in it. */
  List<Command> end(String name) throws BadFrame {
    Open transaction = of(name);
    open.remove(name);
    commands -= transaction.commands.size();
    chars -= transaction.chars;
    return transaction.commands;
  }

  private Open of(String name) throws BadFrame {
    Open transaction = open.get(name);
    if (transaction == null) {
      throw new BadFrame("transaction must have begun", name);
    }
    return transaction;
  }
}
