package io.heartline.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Refuses request bodies where nobody reads them: at pages, doors and unknown paths. Otherwise the
 * container would make a thread wait for the whole body after the answer.
 */
public final class BodilessFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  private final transient Calls calls;
  private final transient Set<String> judges;

  /** @param judges names of the servlets that decide about bodies themselves */
  public BodilessFilter(Calls calls, Set<String> judges) {
    this.calls = calls;
    this.judges = Set.copyOf(judges);
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!Body.declared(request)
        || judges.contains(request.getHttpServletMapping().getServletName())) {
      chain.doFilter(request, response);
    } else {
      Call.serve(
          calls,
          request,
          response,
          call ->
              CompletableFuture.completedFuture(Reply.error(413, "body", "must be empty here")));
    }
  }
}
