package io.heartline.protocol.stomp;

import io.heartline.model.ChannelName;

/** What a destination of a SUBSCRIBE means. */
sealed interface Destination {
  String TOPIC = "/topic/";
  String USER = "/user/queue/";

  /** {@code /topic/x}: the channel {@code x}. */
  record Topic(ChannelName channel) implements Destination {}

  /** {@code /user/queue/...}: the private channel of whoever the line belongs to. */
  record Own() implements Destination {}

  /** @throws BadFrame if it means nothing; says what it may be */
  static Destination of(String text) throws BadFrame {
    if (text.startsWith(USER)) {
      StompSubscription.checkKept("destination", text);
      return new Own();
    }
    if (text.startsWith("/queue/")) {
      throw new BadFrame(
          "destination must not be a /queue/: here each subscriber gets all messages,"
              + " and none is kept for one of them alone; use /topic/...",
          text);
    }
    if (!text.startsWith(TOPIC)) {
      throw new BadFrame("destination must be /topic/<channel> or /user/queue/<any name>", text);
    }
    String name = text.substring(TOPIC.length());
    String problem = ChannelName.problem(name);
    if (problem != null) {
      throw new BadFrame("destination must be /topic/ and a channel's name, which " + problem);
    }
    return new Topic(new ChannelName(name));
  }
}
