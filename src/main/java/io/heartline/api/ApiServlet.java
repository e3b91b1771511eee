package io.heartline.api;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** One path of the HTTP interface, with its methods. */
abstract class ApiServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient Calls calls;
  private final transient Function<Call, CompletionStage<Reply>> service = this::admit;
  private final List<String> methods;
  private final String allowed;

  /** @param methods what may be asked for; {@code GET} allows {@code HEAD} too */
  ApiServlet(Calls calls, String... methods) {
    this.calls = calls;
    this.methods = List.of(methods);
    allowed = String.join(", ", methods).replace("GET", "GET, HEAD") + ", OPTIONS";
  }

  @Override
  protected final void service(HttpServletRequest request, HttpServletResponse response) {
    Call.serve(calls, request, response, service);
  }

  private CompletionStage<Reply> admit(Call call) {
    String asked = call.request().getMethod();
    if (methods.contains(asked.equals("HEAD") ? "GET" : asked)) {
      return answer(call);
    }
    Reply reply = asked.equals("OPTIONS")
        ? Reply.ok("{}")
        : Reply.error(405, "method", "must be " + String.join(" or ", methods));
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
