package io.heartline.api;

import io.heartline.engine.Buckets;
import io.heartline.engine.Statistics;
import io.heartline.model.Rate;
import io.heartline.model.User;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Tells whether a call comes from a guest's own demo page, and how often it may. */
public final class DemoGuests {
  /** How many guests are kept apart, as far as they did something lately. */
  private static final int GUESTS = 10_000;

  private final Function<HttpServletRequest, Optional<User>> guest;
  private final Predicate<HttpServletRequest> ownPage;
  private final Function<HttpServletRequest, @Nullable String> address;
  private final Rates rates;
  private final Buckets one;
  private final Buckets all;
  private final LongSupplier nanos;
  private final Statistics statistics;

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
  public DemoGuests(
      Calls calls,
      Statistics statistics,
      Function<HttpServletRequest, Optional<User>> guest,
      Predicate<HttpServletRequest> ownPage,
      Function<HttpServletRequest, @Nullable String> address,
      Rates rates) {
    this.guest = guest;
    this.ownPage = ownPage;
    this.address = address;
    this.rates = rates;
    this.statistics = statistics;
    nanos = calls::nanos;
    one = new Buckets(rates.one(), GUESTS, calls.nanos());
    all = new Buckets(rates.all(), 1, calls.nanos());
  }

  /**
   * Returns the guest whose page sent a request, and counts the request.
   *
   * @throws Refusal if it was not sent by the demo page of a guest, or comes too soon
   */
  User require(HttpServletRequest request) {
    Optional<User> guest = this.guest.apply(request);
    if (!ownPage.test(request) || guest.isEmpty()) {
      throw Refusal.forbidden("Cookie", "must be a guest's, sent by the demo page");
    }
    String from = address.apply(request);
    pace(one, from == null ? guest.get() : from, "one guest", rates.one());
    pace(all, DemoGuests.class, "all guests together", rates.all());
    return guest.get();
  }

  private void pace(Buckets buckets, Object who, String words, Rate rate) {
    long wait = buckets.take(who, 1, nanos.getAsLong());
    if (wait > 0) {
      statistics.turnedAway("guest-pace");
      throw Refusal.tooFast(
          "guest",
          "must wait: " + words + " may publish " + rate.burst() + " times at once and then "
              + rate.perSecond() + " times a second",
          wait);
    }
  }
}
