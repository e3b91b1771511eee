package io.heartline.bootstrap;

import io.heartline.api.Calls;
import io.heartline.api.DemoFilter;
import io.heartline.api.DemoGuests;
import io.heartline.api.DemoServlet;
import io.heartline.api.GuestServlet;
import io.heartline.api.RehearsalServlet;
import io.heartline.engine.Engine;
import io.heartline.log.Retention;
import io.heartline.log.RetentionRules;
import io.heartline.security.Caller;
import io.heartline.security.Networks;
import io.heartline.security.SignedCookie;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Adds the demo page and its guests to the context, or hides the page. */
final class Demo {
  /** The name of the servlet through which guests publish. */
  static final String PUBLISH = "heartline-demo";

  /** Which part of the memory the channel of all guests may take. */
  private static final int CHANNEL_SHARE = 64;

  /** How long the channels of single guests are kept: longer than most breaks of a line. */
  private static final Duration GUEST_AGE = Duration.ofMinutes(2);

  private Demo() {}

  /**
   * Returns how much is kept of each channel where guests publish without a key: less of theirs, so
   * that they push nobody else's history out of the memory that all share.
   *
   * @param memory the most bytes of all publications that lines can read
   */
  static RetentionRules retention(RetentionRules rules, long memory) {
    List<RetentionRules.Rule> all = new ArrayList<>(rules.rules());
    Retention others = rules.others();
    all.add(new RetentionRules.Rule(
        DemoServlet.CHANNEL,
        new Retention(
            others.count(), others.age(), Math.min(others.bytes(), memory / CHANNEL_SHARE))));
    Duration age = others.age().compareTo(GUEST_AGE) < 0 ? others.age() : GUEST_AGE;
    Retention ofGuest = new Retention(others.count(), age, others.bytes());
    GuestServlet.channels().forEach(pattern -> all.add(new RetentionRules.Rule(pattern, ofGuest)));
    return new RetentionRules(all, others);
  }

  /**
   * @param ownPage whether a request was sent by our own page
   * @param proxies those that say where clients are
   */
  static void add(
      ServletContext context,
      Calls calls,
      Engine engine,
      SignedCookie cookie,
      Predicate<HttpServletRequest> ownPage,
      Networks proxies,
      DemoGuests.Rates rates) {
    WebComponents.before(context.addFilter("heartline-demo-page", new DemoFilter()), "/demo/*");
    WebComponents.serve(
        context,
        "heartline-guest",
        new GuestServlet(
            request -> cookie.user(new Caller(request)),
            user -> SignedCookie.NAME + '=' + cookie.sign(user) + "; HttpOnly; SameSite=Lax"),
        GuestServlet.PATH);
    DemoGuests guests = new DemoGuests(
        calls,
        engine.statistics(),
        request -> cookie.user(new Caller(request)),
        ownPage,
        request -> network(new Caller(request).told(proxies)),
        rates);
    WebComponents.serve(context, PUBLISH, new DemoServlet(calls, engine, guests), "/demo/publish");
    WebComponents.serve(
        context,
        "heartline-rehearsal",
        new RehearsalServlet(calls, engine, guests),
        "/demo/restart");
    WebComponents.serve(context, "heartline-root", new RootServlet(), "");
  }

  private static @Nullable String network(@Nullable String address) {
    return address == null ? null : Networks.networkOf(address);
  }

  /** Hides the demo's files, which are in the WAR even if the demo is off. */
  static void hide(ServletContext context) {
    WebComponents.before(
        context.addFilter(
            "heartline-no-demo",
            (request, response, chain) -> ((HttpServletResponse) response).sendError(404)),
        "/demo/*");
  }

  /**
   * Redirects from the context's root to the page. The address is relative, since a proxy may have
   * put us below another path, and {@code sendRedirect} would make it absolute in some containers.
   */
  private static final class RootServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
      response.setStatus(HttpServletResponse.SC_FOUND);
      response.setHeader("Location", from(request.getRequestURI()) + "demo/");
    }

    /** Containers call us for the context's path without its last slash too. */
    private static String from(String path) {
      String bare = path.replaceAll(";[^/]*", "");
      return bare.endsWith("/") ? "" : "./" + bare.substring(bare.lastIndexOf('/') + 1) + "/";
    }
  }
}
