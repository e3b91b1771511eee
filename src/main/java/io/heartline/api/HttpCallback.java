package io.heartline.api;

import io.heartline.engine.Callback;
import io.heartline.engine.CallbackLog;
import io.heartline.engine.Remote;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Asks the application by HTTP: {@code POST} with
 * {@code {"destination","line","user"?,"headers","data"}} as JSON. A status of 200 to 299 means
 * that it has taken what was sent. The body of its answer may be empty, or that of a call of
 * {@code /api/publish}: all of it is published, or none.
 */
public final class HttpCallback implements Callback {
  private final Remote application;
  private final Map<String, String> headers;
  private final CallbackLog log;

  /** @param key sent as a Bearer token; null if none is set */
  public HttpCallback(Remote application, @Nullable String key, CallbackLog log) {
    this.application = application;
    headers = key == null ? Map.of() : Map.of("Authorization", "Bearer " + key);
    this.log = log;
  }

  @Override
  public CompletionStage<Answer> call(Sent sent) {
    return application
        .post(sent.to(), headers, CallbackBody.of(sent))
        .thenApply(answer -> answer(sent, answer));
  }

  private Answer answer(Sent sent, Remote.Answer answer) {
    if (answer instanceof Remote.Answer.Unavailable no) {
      return logged(sent, new Answer.Unavailable(no.why()), no.cause());
    }
    Remote.Answer.Given given = (Remote.Answer.Given) answer;
    String status = "status " + given.status();
    if (given.status() >= 400 && given.status() < 500) {
      return logged(sent, new Answer.Refused(status), status);
    }
    if (given.status() < 200 || given.status() >= 300) {
      return logged(sent, new Answer.Unavailable(status), status);
    }
    try {
      return new Answer.Taken(CallbackBody.drafts(given.body()));
    } catch (Refusal refusal) {
      return logged(
          sent,
          new Answer.Unavailable("its answer could not be read"),
          "its answer's " + refusal.field() + " " + refusal.rule());
    }
  }

  private Answer logged(Sent sent, Answer answer, String why) {
    log.failed("the application did not take what a client sent", sent.to(), why);
    return answer;
  }
}
