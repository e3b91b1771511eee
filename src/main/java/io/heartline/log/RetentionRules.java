package io.heartline.log;

import io.heartline.model.ChannelName;
import java.util.List;

/**
 * How much is kept of which channel: the first rule whose pattern fits holds, else what is kept of
 * all others.
 *
 * @param rules in the order in which they are tried
 * @param others for channels that no rule fits
 */
public record RetentionRules(List<Rule> rules, Retention others) {
  /**
   * One rule.
   *
   * @param pattern a channel's name; with {@code *} at its end all that begin so
   */
  public record Rule(String pattern, Retention retention) {
    boolean fits(String name) {
      return pattern.endsWith("*")
          ? name.startsWith(pattern.substring(0, pattern.length() - 1))
          : name.equals(pattern);
    }
  }

  public RetentionRules {
    rules = List.copyOf(rules);
  }

  /** The same for all. */
  public RetentionRules(Retention others) {
    this(List.of(), others);
  }

  /** Returns what is kept of a channel. */
  public Retention of(ChannelName channel) {
    for (Rule rule : rules) {
      if (rule.fits(channel.text())) {
        return rule.retention();
      }
    }
    return others;
  }
}
