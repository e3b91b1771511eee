package io.heartline.api;

import io.heartline.engine.Blocks.Whom;
import io.heartline.engine.Engine;
import io.heartline.engine.Line;
import io.heartline.model.Block;
import io.heartline.model.Scope;
import io.heartline.model.User;
import io.heartline.protocol.JsonText;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/users/ann}, or {@code /api/users?user=ann} for names that do not fit a path:
 * whether a user is here, through which lines, and until when they are blocked.
 */
public final class UsersServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;

  /** The most lines in an answer; all are counted. */
  private static final int MAX_LINES = 100;

  private final transient Engine engine;
  private final transient Keys keys;

  public UsersServlet(Calls calls, Engine engine, Keys keys) {
    super(calls, "GET");
    this.engine = engine;
    this.keys = keys;
  }

  @Override
  CompletionStage<Reply> answer(Call call) {
    keys.require(call, Scope.READ);
    User user = user(call);
    return engine
        .blocks()
        .of(new Whom.OneUser(user))
        .thenApply(block -> Reply.ok(json(user, engine.linesOf(user), block)));
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

  private String json(User user, List<Line> lines, Optional<Block> block) {
    return "{\"user\":" + JsonText.quote(user.id()) + ",\"online\":" + !lines.isEmpty()
        + ",\"count\":" + lines.size() + ",\"lines\":["
        + lines.stream().limit(MAX_LINES).map(this::json).collect(Collectors.joining(","))
        + "],\"blocked\":" + until(block.orElse(null)) + "}";
  }

  private static String until(@Nullable Block block) {
    return block == null ? "null" : Long.toString(block.untilMillis());
  }

  private String json(Line line) {
    return "{\"line\":\"" + line.id() + "\",\"door\":\"" + line.door().name()
        + "\",\"address\":" + JsonText.quote(line.address()) + ",\"since\":"
        + engine.openedMillis(line) + "}";
  }
}
