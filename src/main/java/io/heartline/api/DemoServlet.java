package io.heartline.api;

import io.heartline.engine.Buckets;
import io.heartline.engine.Draft;
import io.heartline.engine.Engine;
import io.heartline.model.Identity;
import io.heartline.model.Rate;
import io.heartline.model.User;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /demo/publish}: lets the demo page publish without a key, as a guest, to
 * {@code public:demo} and to other guests. Exists only while the demo is on.
 */
public final class DemoServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final int MAX_BYTES = 4 * 1024;

  /** The channel of all guests. */
  public static final String CHANNEL = "public:demo";

  /** How many guests are kept apart, as far as they published lately. */
  private static final int GUESTS = 10_000;

  /** The channels of guests, as {@link GuestServlet} names them. */
  private static final Pattern GUEST = Pattern.compile("user:[a-z]+-[a-z]+-\\d{4}");

  private final transient Engine engine;
  private final transient Function<HttpServletRequest, Optional<User>> guest;
  private final transient Predicate<HttpServletRequest> ownPage;
  private final transient Function<HttpServletRequest, @Nullable String> address;
  private final Rates rates;
  private final transient Buckets one;
  private final transient Buckets all;
  private final transient LongSupplier nanos;

  /**
   * How fast guests may publish.
   *
   * @param one each of them
   * @param all all together
   */
  public record Rates(Rate one, Rate all) {}

  /**
   * @param guest the guest whom a request comes from, if any
   * @param ownPage whether a request was sent by our own page
   * @param address returns the address of a request's client if it is known for sure, else null:
   *     all guests of one address count as one, since anybody can become another guest
   */
  public DemoServlet(
      Calls calls,
      Engine engine,
      Function<HttpServletRequest, Optional<User>> guest,
      Predicate<HttpServletRequest> ownPage,
      Function<HttpServletRequest, @Nullable String> address,
      Rates rates) {
    super(calls, "POST");
    this.engine = engine;
    this.guest = guest;
    this.ownPage = ownPage;
    this.address = address;
    this.rates = rates;
    nanos = calls::nanos;
    one = new Buckets(rates.one(), GUESTS, calls.nanos());
    all = new Buckets(rates.all(), 1, calls.nanos());
  }

  @Override
  CompletionStage<Reply> answer(Call call) {
    Optional<User> guest = this.guest.apply(call.request());
    if (!ownPage.test(call.request()) || guest.isEmpty()) {
      throw Refusal.forbidden("Cookie", "must be a guest's, sent by the demo page");
    }
    String from = address.apply(call.request());
    pace(one, from == null ? guest.get() : from, "one guest", rates.one());
    pace(all, DemoServlet.class, "all guests together", rates.all());
    Identity identity = Identity.of(guest.get());
    return call.then(engine.blocks().of(identity), block -> {
      if (block.isPresent()) {
        throw Refusal.forbidden("user", "is blocked");
      }
      return call.then(call.body(MAX_BYTES), this::publish);
    });
  }

  private void pace(Buckets buckets, Object who, String words, Rate rate) {
    long wait = buckets.take(who, 1, nanos.getAsLong());
    if (wait > 0) {
      engine.statistics().turnedAway("guest-pace");
      throw Refusal.tooFast(
          "guest",
          "must wait: " + words + " may publish " + rate.burst() + " times at once and then "
              + rate.perSecond() + " times a second",
          wait);
    }
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
