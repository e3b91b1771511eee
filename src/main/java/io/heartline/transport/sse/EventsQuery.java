package io.heartline.transport.sse;

import io.heartline.engine.Arrival;
import io.heartline.engine.Authenticator;
import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.protocol.Command;
import io.heartline.protocol.Since;
import io.heartline.protocol.Subscription;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.ArrayList;
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
 * reconnects on its own sends where to start in {@code Last-Event-ID}, which is newer than the URL.
 *
 * @param names the channel names as given, valid or not
 * @param beat the longest time between beats; null if not given
 */
record EventsQuery(
    Set<String> names,
    Map<ChannelName, From> since,
    @Nullable Duration beat) {
  private static final int MAX_BEAT = 3600;

  /** Returns null if there is no {@code channels} parameter; it may be empty. */
  static @Nullable EventsQuery read(HttpServletRequest request) {
    String channels = request.getParameter("channels");
    if (channels == null) {
      return null;
    }
    Set<String> names = new LinkedHashSet<>();
    for (String name : channels.split(",", -1)) {
      if (!name.isBlank()) {
        names.add(name.strip());
      }
    }
    Map<ChannelName, From> since = since(request.getParameter("since"), names);
    since.putAll(since(request.getHeader("Last-Event-ID"), names));
    since.keySet().forEach(channel -> names.add(channel.text()));
    return new EventsQuery(names, since, beat(request.getParameter("beat")));
  }

  private static Map<ChannelName, From> since(@Nullable String text, Set<String> names) {
    List<ChannelName> channels = names.stream()
        .filter(name -> ChannelName.problem(name) == null)
        .map(ChannelName::new)
        .toList();
    return text == null ? Since.parse("", channels) : Since.parse(text, channels);
  }

  private static @Nullable Duration beat(@Nullable String seconds) {
    return seconds != null && seconds.matches("[1-9][0-9]{0,3}")
        ? Duration.ofSeconds(Math.min(MAX_BEAT, Integer.parseInt(seconds)))
        : null;
  }

  Arrival arrival(String address, CompletionStage<Authenticator.Verdict> identity) {
    List<Command> commands = new ArrayList<>(names.size());
    for (String name : names) {
      String problem = ChannelName.problem(name);
      commands.add(
          problem == null
              ? subscribe(new ChannelName(name))
              : new Command.Refused(
                  "channel", "channel " + problem, name.substring(0, Math.min(64, name.length()))));
    }
    return new Arrival(
        address, identity, CompletableFuture.completedFuture(Map.of()), "", beat, commands);
  }

  private Command subscribe(ChannelName channel) {
    return new Command.Subscribe(
        Subscription.of(channel), since.getOrDefault(channel, new From.Now()));
  }
}
