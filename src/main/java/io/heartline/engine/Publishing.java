package io.heartline.engine;

import io.heartline.model.Position;
import io.heartline.model.User;
import io.heartline.protocol.Command;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What one line's client publishes, and whether it may. */
final class Publishing {
  /** What became of a publication. */
  sealed interface Verdict {
    /** It is committed. */
    record Taken(Position position) implements Verdict {}

    /** The client may not publish there. */
    record Forbidden() implements Verdict {}

    /** It is not known now whether the client may. */
    record Undecided() implements Verdict {}

    /** The store takes nothing now. */
    record Unavailable() implements Verdict {}
  }

  private final Line line;
  private final Engine engine;
  private final ChannelAccess access;

  Publishing(Line line, Engine engine, ChannelAccess access) {
    this.line = line;
    this.engine = engine;
    this.access = access;
  }

  /** Publishes if the client may. Called by a step of the conversation; the answer never fails. */
  CompletionStage<Verdict> publish(Command.Publish command) {
    if (command.channel().watched() != null) { // only Heartline tells who is in a channel
      return CompletableFuture.completedFuture(new Verdict.Forbidden());
    }
    Draft draft = new Draft(command.channel(), command.data(), command.id(), publisher());
    return switch (command.needs()) {
      case NOTHING -> append(draft);
      case READING -> ifAllowed(Rights.Action.SUBSCRIBE, draft);
      case PUBLISHING -> ifAllowed(Rights.Action.PUBLISH, draft);
    };
  }

  /**
   * Returns for whom the client's ids count: an id of another user, or of a server, is never the
   * same, because no user's name and no id holds a line break. A user is one publisher wherever
   * they are. Somebody without a name is one as long as their page is, or else their line.
   */
  private String publisher() {
    User user = line.user();
    if (user != null) {
      return "user\n" + user.id();
    }
    String instance = line.instance();
    return instance == null ? "line\n" + line.id() : "page\n" + instance;
  }

  private CompletionStage<Verdict> ifAllowed(Rights.Action action, Draft draft) {
    return access.may(action, draft.channel()).thenCompose(decision -> switch (decision.may()) {
      case YES -> append(draft);
      case NO -> CompletableFuture.completedFuture(new Verdict.Forbidden());
      case UNKNOWN -> CompletableFuture.completedFuture(new Verdict.Undecided());
    });
  }

  private CompletionStage<Verdict> append(Draft draft) {
    return engine.publish(List.of(draft)).handle((positions, failure) -> {
      if (positions != null) {
        return new Verdict.Taken(positions.get(0));
      }
      if (!(Outcome.cause(failure) instanceof Store.Unavailable)) {
        engine.faults().failed("publishing failed", line, failure);
      }
      return new Verdict.Unavailable();
    });
  }
}
