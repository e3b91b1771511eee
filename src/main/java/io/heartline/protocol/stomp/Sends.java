package io.heartline.protocol.stomp;

import io.heartline.model.ChannelName;
import io.heartline.protocol.Command;
import io.heartline.protocol.Command.Publish.Needs;
import io.heartline.protocol.Excerpt;
import io.heartline.protocol.JsonText;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of what clients send. An exact rule wins, then the longest prefix. Without a rule
 * the destinations that clients subscribe to are channels, in which whoever may can publish.
 */
final class Sends {
  /** Headers that are about the frame, not about what is sent. */
  private static final Set<String> OF_THE_FRAME =
      Set.of("destination", "receipt", "transaction", "content-length");

  private final Map<String, SendRule> exact = new HashMap<>();
  private final List<SendRule> prefixes;

  Sends(List<SendRule> rules) {
    for (SendRule rule : rules) {
      if (!rule.prefix()) {
        exact.put(rule.destination(), rule);
      }
    }
    prefixes = rules.stream()
        .filter(SendRule::prefix)
        .sorted(Comparator.comparingInt((SendRule rule) -> -rule.destination().length()))
        .toList();
  }

  /** Returns what a SEND asks for. */
  Command command(Frame frame, String destination) {
    SendRule rule = rule(destination);
    if (rule == null) {
      return destination.startsWith(Destination.TOPIC)
          ? named(frame, destination, Destination.TOPIC, Needs.PUBLISHING)
          : ignored("destination must be one that clients may send to", destination);
    }
    if (rule.target() instanceof SendRule.Target.Fixed fixed) {
      return new Command.Publish(fixed.channel(), data(frame), Needs.NOTHING);
    }
    if (rule.target() instanceof SendRule.Target.Asked asked) {
      return new Command.Ask(asked.callback(), destination, headers(frame), data(frame));
    }
    return named(frame, destination, rule.destination(), Needs.READING);
  }

  /** Returns what is sent to the channel that a destination names behind a prefix. */
  private static Command named(Frame frame, String destination, String prefix, Needs needs) {
    String name = destination.substring(prefix.length());
    String problem = ChannelName.problem(name);
    return problem == null
        ? new Command.Publish(new ChannelName(name), data(frame), needs)
        : ignored("destination must end with a channel's name, which " + problem, destination);
  }

  private @Nullable SendRule rule(String destination) {
    SendRule rule = exact.get(destination);
    if (rule != null) {
      return rule;
    }
    for (SendRule prefix : prefixes) {
      if (destination.startsWith(prefix.destination())) {
        return prefix;
      }
    }
    return null;
  }

  private static Command ignored(String rule, String destination) {
    String about = Excerpt.of(destination);
    return new Command.Ignored("forbidden", rule + ": " + about, about);
  }

  private static Map<String, String> headers(Frame frame) {
    Map<String, String> headers = new HashMap<>(frame.headers());
    headers.keySet().removeAll(OF_THE_FRAME);
    return headers;
  }

  /** Returns a body that is JSON as it is, anything else as a JSON string. */
  private static String data(Frame frame) {
    String type = frame.header("content-type");
    if (type != null && type.startsWith("text/")) {
      return JsonText.quote(frame.body());
    }
    return JsonText.valueOrQuoted(frame.body());
  }
}
