package io.heartline.api;

import io.heartline.engine.Blocks.Whom;
import io.heartline.engine.Cluster;
import io.heartline.engine.Coverage;
import io.heartline.engine.Engine;
import io.heartline.engine.Target;
import io.heartline.model.Block;
import io.heartline.model.Scope;
import io.heartline.model.User;
import io.heartline.protocol.JsonText;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/users/ann}, or {@code /api/users?user=ann} for names that do not fit a path:
 * whether a user is here, through which lines on which nodes, and until when they are blocked.
 */
public final class UsersServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;

  private final transient Engine engine;
  private final transient Cluster cluster;
  private final transient Keys keys;

  public UsersServlet(Calls calls, Engine engine, Cluster cluster, Keys keys) {
    super(calls, "GET");
    this.engine = engine;
    this.cluster = cluster;
    this.keys = keys;
  }

  @Override
  CompletionStage<Reply> answer(Call call) {
    keys.require(call, Scope.READ);
    User user = user(call);
    Whom whom = new Whom.OneUser(user);
    return call.then(
        engine.blocks().of(whom),
        block -> cluster
            .find(new Target.Known(whom))
            .thenApply(found -> Reply.ok(json(user, found, block))));
  }

  private static User user(Call call) {
    String path = call.request().getPathInfo();
    String id = path == null || path.equals("/") ? call.query().one("user") : path.substring(1);
    String problem = id == null ? "must be given, in the path or as user=" : User.problem(id);
    if (id == null || problem != null) {
      throw Refusal.badRequest("user", String.valueOf(problem));
    }
    return new User(id);
  }

  private static String json(User user, Cluster.Found found, Optional<Block> block) {
    return "{\"user\":" + JsonText.quote(user.id()) + ",\"online\":" + (found.count() > 0)
        + ",\"count\":" + found.count() + ",\"lines\":["
        + found.lines().stream().map(UsersServlet::json).collect(Collectors.joining(","))
        + "],\"blocked\":" + until(block.orElse(null)) + missing(found.coverage()) + "}";
  }

  /** Returns what is added to an answer that is not about all nodes; nothing if it is. */
  static String missing(Coverage coverage) {
    String names =
        coverage.missing().stream().map(JsonText::quote).collect(Collectors.joining(",", "[", "]"));
    return coverage.complete() ? "" : ",\"complete\":false,\"missing\":" + names;
  }

  private static String until(@Nullable Block block) {
    return block == null ? "null" : Long.toString(block.untilMillis());
  }

  private static String json(Cluster.Seen line) {
    return "{\"line\":" + JsonText.quote(line.line()) + ",\"door\":\"" + line.door()
        + "\",\"address\":" + JsonText.quote(line.address()) + ",\"since\":"
        + line.sinceMillis() + "}";
  }
}
