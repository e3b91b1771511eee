package io.heartline.bootstrap;

import io.heartline.api.Calls;
import io.heartline.api.DemoFilter;
import io.heartline.api.DemoServlet;
import io.heartline.engine.Engine;
import io.heartline.security.Caller;
import io.heartline.security.SignedCookie;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
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
    String path = context.getContextPath().isEmpty() ? "/" : context.getContextPath();
    WebComponents.before(
        context.addFilter(
            "heartline-guest",
            new DemoFilter(
                request -> cookie.user(new Caller(request)),
                user -> SignedCookie.NAME + '=' + cookie.sign(user) + "; Path=" + path
                    + "; HttpOnly; SameSite=Lax")),
        "/demo/*");
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

  /** Redirects from the context's root to the page. */
  private static final class RootServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.sendRedirect(request.getContextPath() + "/demo/");
    }
  }
}
