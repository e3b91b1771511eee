package io.heartline.protocol.stomp;

import io.heartline.model.HeapSize;
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

  /** What a transaction takes besides its name and its commands, in bytes of heap. */
  private static final int OF_TRANSACTION = 256;

  /** What a command takes besides its texts, in bytes of heap. */
  private static final int OF_COMMAND = 128;

  private final int maxChars;
  private final Map<String, Open> open = new HashMap<>(2);

  /** In all of them together. */
  private int commands;

  private int chars;
  private long bytes;

  /** One transaction. */
  private static final class Open {
    final List<Command> commands = new ArrayList<>();
    int chars;
    long bytes;

    Open(String name) {
      bytes = OF_TRANSACTION + HeapSize.of(name);
    }
  }

  /** @param maxChars the most text that may wait */
  Transactions(int maxChars) {
    this.maxChars = maxChars;
  }

  void begin(String name) throws BadFrame {
    if (open.size() >= MAX_OPEN) {
      throw new BadFrame("transaction must be one of at most " + MAX_OPEN + " that are open", name);
    }
    Open transaction = new Open(name);
    if (open.putIfAbsent(name, transaction) != null) {
      throw new BadFrame("transaction must not be open already", name);
    }
    bytes += transaction.bytes;
  }

  /** @param frame that asks for the command */
  void add(String name, Command command, Frame frame) throws BadFrame {
    Open transaction = of(name);
    int size = frame.chars();
    if (commands >= MAX_COMMANDS || chars + size > maxChars) {
      throw new BadFrame(
          "open transactions must have at most " + MAX_COMMANDS + " frames and " + maxChars
              + " characters",
          name);
    }
    transaction.commands.add(command);
    long heap = bytes(command, frame);
    transaction.chars += size;
    transaction.bytes += heap;
    commands++;
    chars += size;
    bytes += heap;
  }

  /** Ends a transaction and returns what was sent in it. */
  List<Command> end(String name) throws BadFrame {
    Open transaction = of(name);
    open.remove(name);
    commands -= transaction.commands.size();
    chars -= transaction.chars;
    bytes -= transaction.bytes;
    return transaction.commands;
  }

  /** Returns about how many bytes of heap all of them take. */
  long bytes() {
    return bytes;
  }

  /** Returns what a command keeps. What is sent may be longer as JSON than it was in its frame. */
  private static long bytes(Command command, Frame frame) {
    if (command instanceof Command.Publish publish) {
      return OF_COMMAND + HeapSize.of(publish.channel().text()) + HeapSize.of(publish.data());
    }
    int headerChars = frame.chars() - frame.body().length();
    long headers = 2L * headerChars + (long) frame.headers().size() * FrameReader.OF_HEADER;
    return command instanceof Command.Ask ask
        ? OF_COMMAND + headers + HeapSize.of(ask.data())
        : OF_COMMAND + headers;
  }

  private Open of(String name) throws BadFrame {
    Open transaction = open.get(name);
    if (transaction == null) {
      throw new BadFrame("transaction must have begun", name);
    }
    return transaction;
  }
}
