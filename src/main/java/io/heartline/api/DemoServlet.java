package io.heartline.api;

import io.heartline.engine.Draft;
import io.heartline.engine.Engine;
import io.heartline.model.Identity;
import io.heartline.model.User;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/**
 * {@code POST /demo/publish}: lets the demo page publish without a key, as a guest, to
 * {@code public:demo} and to other guests. Exists only while the demo is on.
 */
public final class DemoServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final int MAX_BYTES = 4 * 1024;

  /** The channel of all guests. */
  public static final String CHANNEL = "public:demo";

  /** The channels of guests, as {@link GuestServlet} names them. */
  private static final Pattern GUEST = Pattern.compile("user:[a-z]+-[a-z]+-\\d{4}");

  private final transient Engine engine;
  private final transient DemoGuests guests;

  public DemoServlet(Calls calls, Engine engine, DemoGuests guests) {
    super(calls, "POST");
    this.engine = engine;
    this.guests = guests;
  }

  @Override
  CompletionStage<Reply> answer(Call call) {
    Identity identity = Identity.of(guests.require(call.request()));
    return call.then(engine.blocks().of(identity), block -> {
      if (block.isPresent()) {
        throw Refusal.forbidden("user", "is blocked");
      }
      return call.then(call.body(MAX_BYTES), this::publish);
    });
  }

  private CompletionStage<Reply> publish(String body) {
    List<Draft> drafts = PublishRequest.read(body);
    Draft draft = drafts.get(0);
    if (drafts.size() != 1 || !open(draft)) {
      throw Refusal.forbidden(
          draft.channel().text().startsWith("user:") ? "user" : "channel",
          "must be " + CHANNEL + ", or one guest who is here now");
    }
    if (draft.id() != null) {
      throw Refusal.badRequest("id", "is not for guests");
    }
    return Verdict.publish(engine, drafts)
        .thenApply(verdict -> verdict.status() == 200
            ? Reply.ok("{\"published\":1}") // guests are not told its position
            : verdict.reply());
  }

  private boolean open(Draft draft) {
    String name = draft.channel().text();
    return name.equals(CHANNEL)
        || (GUEST.matcher(name).matches()
            && engine.isHere(new User(name.substring("user:".length()))));
  }
}
