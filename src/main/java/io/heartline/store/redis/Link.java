package io.heartline.store.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/**
 * A connection, for one question.
 *
 * @param asking whether the server is told that it was another that sent us: it has what it is
 *     asked for, but is not its owner yet
 */
record Link(HostAndPort place, Connection connection, boolean asking) {
  /**
   * Asks and waits for the answer.
   *
   * @return {@code Long}, {@code byte[]}, {@code null} or a {@code List} of those
   */
  @Nullable
  Object ask(ProtocolCommand command, byte[]... args) {
    if (asking) {
      connection.sendCommand(Command.ASKING);
      connection.getOne();
    }
    connection.sendCommand(command, args);
    return connection.getOne();
  }

  /** Does the same, with words. */
  @Nullable
  Object ask(ProtocolCommand command, String... args) {
    byte[][] bytes = new byte[args.length][];
    for (int i = 0; i < args.length; i++) {
      bytes[i] = Bytes.of(args[i]);
    }
    return ask(command, bytes);
  }

  /** Runs a script. */
  @Nullable
  Object run(Script script, List<String> keys, List<byte[]> args) {
    try {
      return ask(Command.EVALSHA, arguments(script.sha(), keys, args));
    } catch (JedisNoScriptException e) { // it was restarted, or never had it
      return runText(script, keys, args);
    }
  }

  /** Runs a script that Redis may not have yet. */
  @Nullable
  Object runText(Script script, List<String> keys, List<byte[]> args) {
    return ask(Command.EVAL, arguments(script.text(), keys, args));
  }

  private static byte[][] arguments(byte[] script, List<String> keys, List<byte[]> args) {
    byte[][] all = new byte[2 + keys.size() + args.size()][];
    int at = 0;
    all[at++] = script;
    all[at++] = Bytes.of(keys.size());
    for (String key : keys) {
      all[at++] = Bytes.of(key);
    }
    for (byte[] arg : args) {
      all[at++] = arg;
    }
    return all;
  }
}
