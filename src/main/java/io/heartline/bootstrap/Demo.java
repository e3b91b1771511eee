package io.heartline.bootstrap;

import io.heartline.api.Calls;
import io.heartline.api.DemoFilter;
import io.heartline.api.DemoServlet;
import io.heartline.api.GuestServlet;
import io.heartline.engine.Engine;
import io.heartline.security.Caller;
import io.heartline.security.SignedCookie;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.function.Predicate;

/** Adds the demo page and its guests to the context, or hides the page. */
final class Demo {
  /** The name of the servlet through which guests publish. */
  static final String PUBLISH = "heartline-demo";

  private Demo() {}

  /** @param ownPage whether a request was sent by our own page */
  static void add(
      ServletContext context,
      Calls calls,
      Engine engine,
      SignedCookie cookie,
      Predicate<HttpServletRequest> ownPage) {
    WebComponents.before(context.addFilter("heartline-demo-page", new DemoFilter()), "/demo/*");
    WebComponents.serve(
        context,
        "heartline-guest",
        new GuestServlet(
            request -> cookie.user(new Caller(request)),
            user -> SignedCookie.NAME + '=' + cookie.sign(user) + "; HttpOnly; SameSite=Lax"),
        GuestServlet.PATH);
    WebComponents.serve(
        context,
        PUBLISH,
        new DemoServlet(calls, engine, request -> cookie.user(new Caller(request)), ownPage),
        "/demo/publish");
    WebComponents.serve(context, "heartline-root", new RootServlet(), "");
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
