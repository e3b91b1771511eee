package io.heartline.api;

import io.heartline.engine.Engine;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * {@code GET /api/position?channel=orders&channel=prices}: the channels' current positions, for a
 * server that renders a page. The server must read the page's data after this, never before.
 */
public final class PositionServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;

  private final transient Engine engine;
  private final transient Readers readers;

  public PositionServlet(Calls calls, Engine engine, Readers readers) {
    super(calls, "GET");
    this.engine = engine;
    this.readers = readers;
  }

  @Override
  CompletionStage<Reply> answer(Call call) {
    List<Readers.Wanted> wanted = wanted(call.query().all("channel"));
    return call.then(readers.checkPositions(call, wanted), allowed -> found(wanted));
  }

  private List<Readers.Wanted> wanted(List<String> names) {
    int most = engine.limits().channels();
    if (names.isEmpty() || names.size() > most) {
      throw Refusal.badRequest("channel", "must be given, 1 to " + most + " times");
    }
    List<Readers.Wanted> wanted = new ArrayList<>(names.size());
    for (int i = 0; i < names.size(); i++) {
      String field = names.size() == 1 ? "channel" : "channel[" + i + "]";
      wanted.add(Readers.Wanted.of(field, names.get(i)));
    }
    return wanted;
  }

  private CompletionStage<Reply> found(List<Readers.Wanted> wanted) {
    CompletionStage<Map<ChannelName, Position>> all =
        CompletableFuture.completedFuture(new LinkedHashMap<>());
    for (Readers.Wanted one : wanted) {
      all = all.thenCombine(engine.head(one.channel()), (found, head) -> {
        found.put(one.channel(), head);
        return found;
      });
    }
    return all.thenApply(found -> Reply.ok(found.entrySet().stream()
        .map(one -> '"' + one.getKey().text() + "\":\"" + one.getValue() + '"')
        .collect(Collectors.joining(",", "{\"positions\":{", "}}"))));
  }
}
