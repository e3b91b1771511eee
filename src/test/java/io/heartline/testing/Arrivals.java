package io.heartline.testing;

import io.heartline.engine.Arrival;
import io.heartline.engine.Authenticator;
import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.Identity;
import io.heartline.model.User;
import io.heartline.protocol.Command;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Clients as they come through a door. */
public final class Arrivals {
  /** Where all of them are. */
  public static final String ADDRESS = "203.0.113.9";

  private Arrivals() {}

  /** A user, anonymous if null, who asks for nothing. */
  public static Arrival of(User user) {
    return of(user, null);
  }

  /** A user who asks for beats in text and, if they can only listen, has these commands. */
  public static Arrival of(User user, Duration textBeat, Command... commands) {
    return of(
        (user == null
                ? new Authenticator.Verdict.Nobody()
                : new Authenticator.Verdict.Known(Identity.of(user)))
            .now(),
        textBeat,
        commands);
  }

  /** Nobody in particular, who wants to start the door's channels at a position. */
  public static Arrival since(String since) {
    Arrival nobody = of(null);
    return new Arrival(ADDRESS, nobody.identity(), nobody.heads(), since, null, List.of());
  }

  /** Nobody in particular, let in when the door's channels stood there. */
  public static Arrival withHeads(CompletionStage<Map<ChannelName, From>> heads) {
    return new Arrival(ADDRESS, of(null).identity(), heads, "", null, List.of());
  }

  /** Somebody of whom it is known later who they are. */
  public static Arrival of(
      CompletionStage<Authenticator.Verdict> identity, Duration textBeat, Command... commands) {
    return new Arrival(
        ADDRESS,
        identity,
        CompletableFuture.completedFuture(Map.of()),
        "",
        textBeat,
        List.of(commands));
  }
}
