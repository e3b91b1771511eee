package io.heartline.api;

import io.heartline.engine.Cluster;
import io.heartline.engine.Here;
import io.heartline.model.ChannelName;
import io.heartline.protocol.JsonText;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * {@code GET /api/presence?channel=chat:7}: who is in a channel, and the position of
 * {@code chat:7#presence} behind which it is told who comes and who goes from then on.
 */
public final class PresenceServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;

  private final transient Cluster cluster;
  private final transient Readers readers;

  public PresenceServlet(Calls calls, Cluster cluster, Readers readers) {
    super(calls, "GET");
    this.cluster = cluster;
    this.readers = readers;
  }

  @Override
  CompletionStage<Reply> answer(Call call) {
    List<String> names = call.query().all("channel");
    if (names.size() != 1) {
      throw Refusal.badRequest("channel", "must be given once");
    }
    ChannelName channel = Readers.Wanted.of("channel", names.get(0)).channel();
    ChannelName told = channel.presence();
    if (told == null) {
      throw Refusal.badRequest("channel", "is too long to be told of");
    }
    return call.then(
        readers.check(call, List.of(new Readers.Wanted("channel", told))),
        allowed -> call.then(cluster.here(channel), here -> reply(channel, here)));
  }

  private static CompletionStage<Reply> reply(ChannelName channel, Here here) {
    if (here.position() == null) {
      throw Refusal.notFound("channel", "is not one in which presence is kept: " + channel);
    }
    return CompletableFuture.completedFuture(Reply.ok(json(channel, here)));
  }

  private static String json(ChannelName channel, Here here) {
    String users = here.users().stream()
        .map(user -> JsonText.quote(user.id()))
        .collect(Collectors.joining(",", "[", "]"));
    return "{\"channel\":\"" + channel + "\",\"count\":" + here.count() + ",\"users\":" + users
        + ",\"position\":\"" + here.position() + "\"" + UsersServlet.missing(here.coverage()) + "}";
  }
}
