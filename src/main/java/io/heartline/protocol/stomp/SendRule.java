package io.heartline.protocol.stomp;

import io.heartline.model.ChannelName;
import io.heartline.protocol.HttpUrl;
import java.net.URI;

/**
 * Says what becomes of what clients send to one destination, or to all that begin alike.
 *
 * @param destination without the {@code *} at its end
 * @param prefix whether it means all destinations that begin with it
 */
public record SendRule(String destination, boolean prefix, Target target) {
  private static final String ALL = "*";

  /** Where something goes. */
  public sealed interface Target {
    /** Into one channel. */
    record Fixed(ChannelName channel) implements Target {}

    /** Into the channel that the rest of the destination names, if the sender may read it. */
    record Named() implements Target {}

    /** To the application. */
    record Asked(URI callback) implements Target {}
  }

  /**
   * Reads a rule such as {@code /app/chat=public:chat}, {@code /topic/*=*} or
   * {@code /app/*=https://app.internal/stomp}.
   *
   * @throws IllegalArgumentException with what the rule must be
   */
  public static SendRule parse(String rule) {
    int equals = rule.indexOf('=');
    String from = rule.substring(0, Math.max(0, equals)).strip();
    String to = rule.substring(equals + 1).strip();
    boolean prefix = from.endsWith(ALL);
    String destination = prefix ? from.substring(0, from.length() - 1) : from;
    if (!destination.startsWith("/") || destination.contains(ALL)) {
      throw new IllegalArgumentException(
          "must be rules such as /app/chat=public:chat or /app/*=https://app.internal/stomp,"
              + " separated by commas");
    }
    return new SendRule(destination, prefix, target(to, prefix));
  }

  private static Target target(String to, boolean prefix) {
    if (to.equals(ALL)) {
      if (!prefix) {
        throw new IllegalArgumentException("must end with /*=* if the destination is to name the"
            + " channel, such as /topic/*=*");
      }
      return new Target.Named();
    }
    if (to.contains("://")) { // a slash alone may stand in the name of a channel
      return new Target.Asked(url(to));
    }
    String problem = ChannelName.problem(to);
    if (problem != null) {
      throw new IllegalArgumentException("must end with a channel's name, which " + problem);
    }
    return new Target.Fixed(new ChannelName(to));
  }

  private static URI url(String text) {
    URI url = HttpUrl.parse(text);
    if (url == null) {
      throw new IllegalArgumentException(
          "must end with an http or https URL that has no user, query or fragment: URLs are logged,"
              + " the key has a property of its own");
    }
    return url;
  }
}
