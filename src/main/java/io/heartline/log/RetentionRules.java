package io.heartline.log;

import io.heartline.model.ChannelName;
import java.util.List;

/**
 * How much is kept of which channel. The first rule whose pattern matches applies; if none does,
 * {@code others} applies.
 *
 * @param rules in the order in which they are tried
 * @param others for channels that no rule matches
 */
public record RetentionRules(List<Rule> rules, Retention others) {
  /**
   * One rule.
   *
   * @param pattern a channel's name, or the beginning of names followed by {@code *}
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

  /** The same for all channels. */
  public RetentionRules(Retention others) {
    this(List.of(), others);
  }

  /** Returns how much is kept of a channel. */
  public Retention of(ChannelName channel) {
    for (Rule rule : rules) {
      if (rule.fits(channel.text())) {
        return rule.retention();
      }
    }
    return others;
  }
}
