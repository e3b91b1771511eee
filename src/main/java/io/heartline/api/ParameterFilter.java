package io.heartline.api;

import io.heartline.protocol.BadParameter;
import io.heartline.protocol.Query;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * Answers 400 to a request with a parameter that breaks its rule, whatever the request is for. Runs
 * in front of everything: containers drop what they cannot decode, or fail on it with a stack trace
 * that any stranger can put into the log.
 */
public final class ParameterFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  private final transient Calls calls;

  public ParameterFilter(Calls calls) {
    this.calls = calls;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    try {
      Query.parse(request.getQueryString());
      chain.doFilter(request, response);
    } catch (BadParameter bad) { // also what a door behind us throws
      Call.serve(
          calls,
          request,
          response,
          call -> CompletableFuture.completedFuture(Reply.of(Refusal.of(bad))));
    }
  }
}
