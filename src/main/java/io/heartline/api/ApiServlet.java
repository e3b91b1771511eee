package io.heartline.api;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** One path of the HTTP interface, with its one method. */
abstract class ApiServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient Calls calls;
  private final transient Function<Call, CompletionStage<Reply>> service = this::admit;
  private final String method;
  private final String allowed;

  /** @param method {@code POST}, or {@code GET}, which allows {@code HEAD} too */
  ApiServlet(Calls calls, String method) {
    this.calls = calls;
    this.method = method;
    allowed = (method.equals("GET") ? "GET, HEAD" : method) + ", OPTIONS";
  }

  @Override
  protected final void service(HttpServletRequest request, HttpServletResponse response) {
    Call.serve(calls, request, response, service);
  }

  private CompletionStage<Reply> admit(Call call) {
    String asked = call.request().getMethod();
    if (asked.equals(method) || (asked.equals("HEAD") && method.equals("GET"))) {
      return answer(call);
    }
    Reply reply =
        asked.equals("OPTIONS") ? Reply.ok("{}") : Reply.error(405, "method", "must be " + method);
    return CompletableFuture.completedFuture(reply.with("Allow", allowed));
  }

  /**
   * Answers a call. If the headers are a reason to refuse it, it is refused before its body is
   * read.
   *
   * @throws Refusal if the call cannot be served; the stage may also fail with one
   */
  abstract CompletionStage<Reply> answer(Call call);
}
