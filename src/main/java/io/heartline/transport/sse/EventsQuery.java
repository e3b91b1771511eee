package io.heartline.transport.sse;

import io.heartline.engine.Arrival;
import io.heartline.engine.Authenticator;
import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.protocol.BadParameter;
import io.heartline.protocol.Command;
import io.heartline.protocol.Excerpt;
import io.heartline.protocol.Query;
import io.heartline.protocol.Since;
import io.heartline.protocol.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for in its URL: {@code channels=a,b}, and {@code since=} for where to start. A
 * channel named in {@code since} need not be named in {@code channels} too. A browser that
 * reconnects on its own sends where to start in {@code Last-Event-ID}, and a polyfill that cannot
 * set headers in {@code lastEventId=}. Both are newer than {@code since}, which is as the page
 * wrote it. {@code as=} says as whom the page was welcomed last.
 *
 * @param names the channel names as given, valid or not; first those that say where to start
 * @param beat the longest time between beats; null if not given
 * @param was as whom the page was welcomed last; null if not given
 */
record EventsQuery(
    Set<String> names,
    Map<ChannelName, From> since,
    @Nullable Duration beat,
    @Nullable String was) {
  private static final int MAX_BEAT = 3600;

  /**
   * @param lastEventId the lines of the header, none if it is absent
   * @throws BadParameter if a parameter breaks its rule. A channel name that breaks its rule is
   *     told in the stream instead, and the other channels are read.
   */
  static EventsQuery read(Query query, Collection<String> lastEventId) {
    String channels = query.one("channels");
    if (channels == null) {
      throw new BadParameter("channels", "must be given, such as /events?channels=updates");
    }
    Set<String> names = new LinkedHashSet<>();
    for (String name : channels.split(",", -1)) {
      if (!name.isBlank()) {
        names.add(name.strip());
      }
    }
    Map<ChannelName, From> since = new LinkedHashMap<>(since(query.one("since"), names));
    since.putAll(since(query.one("lastEventId"), names));
    lastEventId.forEach(line -> since.putAll(since(line, names)));
    // Channels that are read already come first: if the line may not read all, newcomers are
    // refused.
    Set<String> ordered = new LinkedHashSet<>();
    since.keySet().forEach(channel -> ordered.add(channel.text()));
    ordered.addAll(names);
    return new EventsQuery(ordered, since, query.seconds("beat", 1, MAX_BEAT), query.one("as"));
  }

  private static Map<ChannelName, From> since(@Nullable String text, Set<String> names) {
    List<ChannelName> channels = names.stream()
        .filter(name -> ChannelName.problem(name) == null)
        .map(ChannelName::new)
        .toList();
    return Since.parse(text == null ? "" : text, channels);
  }

  Arrival arrival(String address, CompletionStage<Authenticator.Verdict> identity) {
    List<Command> commands = new ArrayList<>(names.size());
    for (String name : names) {
      String problem = ChannelName.problem(name);
      commands.add(
          problem == null
              ? subscribe(new ChannelName(name))
              : new Command.Refused("channel", "channel " + problem, Excerpt.of(name)));
    }
    return new Arrival(
        address, identity, CompletableFuture.completedFuture(Map.of()), "", beat, was, commands);
  }

  private Command subscribe(ChannelName channel) {
    return new Command.Subscribe(
        Subscription.of(channel), since.getOrDefault(channel, new From.Now()));
  }
}
