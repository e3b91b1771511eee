package io.heartline.client;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the server answered a call, or that nothing came.
 *
 * @param status the HTTP status; 0 if there was no answer
 * @param body the body; what went wrong if there was no answer
 * @param restMillis how long the server wants us to wait before we call again
 */
record Answer(int status, String body, long restMillis) {
  /** The call was not carried out, or it is not known whether it was: it can be made again. */
  private static final Set<Integer> AGAIN = Set.of(0, 408, 425, 429, 500, 502, 503, 504);

  /** The longest rest that is believed. */
  private static final long MAX_REST_MILLIS = 3_600_000;

  static Answer of(HttpResponse<String> response) {
    long rest = response
        .headers()
        .firstValue("Retry-After")
        .filter(text -> text.matches("\\d{1,6}"))
        .map(text -> Math.min(MAX_REST_MILLIS, 1000 * Long.parseLong(text)))
        .orElse(0L);
    return new Answer(response.statusCode(), response.body(), rest);
  }

  /** @param why the server gave no answer */
  static Answer none(Throwable why) {
    Throwable cause = why.getCause() == null ? why : why.getCause();
    return new Answer(0, "no answer: " + cause, 0);
  }

  /** Returns whether the same call may be carried out later. */
  boolean isAgain() {
    return isAgain(status);
  }

  static boolean isAgain(int status) {
    return AGAIN.contains(status);
  }

  /** Returns what is said about why it was refused. */
  HeartlineException.Refused refusal() {
    Map<String, Object> answer = Json.object(body);
    return refusal(status, answer == null ? null : Json.object(answer.get("error")));
  }

  /** @param error what stands in the field of that name; null if nothing does */
  static HeartlineException.Refused refusal(int status, @Nullable Map<String, Object> error) {
    if (error == null) {
      return new HeartlineException.Refused(status, "", "was answered");
    }
    return new HeartlineException.Refused(
        status, String.valueOf(error.get("field")), String.valueOf(error.get("message")));
  }
}
