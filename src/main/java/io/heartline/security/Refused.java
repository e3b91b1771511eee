package io.heartline.security;

import io.heartline.engine.Line;
import io.heartline.engine.LineEvents;
import io.heartline.model.ApiKey;
import io.heartline.model.CloseStatus;
import io.heartline.model.OneLine;
import io.heartline.protocol.Bearer;
import io.heartline.security.RefusalLog.Reason;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells the {@link RefusalLog} who was refused, from where, and what would change it. Lines that
 * belong to a user are left to the log of lines.
 */
public final class Refused implements LineEvents {
  private final RefusalLog log;
  private final Networks trustedProxies;
  private final ApiKeys keys;

  /** @param trustedProxies proxies whose forwarded headers we trust */
  public Refused(RefusalLog log, Networks trustedProxies, ApiKeys keys) {
    this.log = log;
    this.trustedProxies = trustedProxies;
    this.keys = keys;
  }

  /** A page of another origin was refused. */
  public void foreignPage(HttpServletRequest request) {
    tell(Reason.ORIGIN, request, "403 " + page(request));
  }

  private String page(HttpServletRequest request) {
    String origin = all(request, "Origin");
    return origin == null
        ? "for what a foreign page embeds, or a proxy removed Origin: Sec-Fetch-Site is "
            + OneLine.of(all(request, "Sec-Fetch-Site"))
        : "for a page from origin %s: this server is %s://%s; if they belong together, add the origin to heartline.origins"
            .formatted(
                OneLine.of(origin),
                new Caller(request).scheme(trustedProxies),
                OneLine.of(all(request, "Host")));
  }

  /** Returns all lines of a header; null if it is absent. Two of these are a reason to refuse. */
  private static @Nullable String all(HttpServletRequest request, String header) {
    List<String> lines = Collections.list(request.getHeaders(header));
    return lines.isEmpty() ? null : String.join(" and ", lines);
  }

  /**
   * There was no room for another line.
   *
   * @param lines how many may be open
   */
  public void noRoom(HttpServletRequest request, int lines) {
    tell(Reason.ROOM, request, "503, all " + lines + " lines are open; see heartline.lines");
  }

  /** An address has as many lines as one may have. */
  void tooMany(HttpServletRequest request, String why) {
    tell(Reason.ROOM, request, "503, " + why);
  }

  /** This node does not see what it shares with others. */
  void cutOff(HttpServletRequest request) {
    tell(Reason.ROOM, request, "503, this node does not see Redis; see heartline.redis");
  }

  /** Too much was asked for in a short time. */
  void tooFast(HttpServletRequest request, String why) {
    tell(Reason.PACE, request, "503, " + why);
  }

  /**
   * A call of the HTTP interface was answered 401, 403 or 503.
   *
   * @param answer the body of the answer, or the rule that was broken
   */
  public void call(HttpServletRequest request, int status, String answer) {
    String authorization = request.getHeader("Authorization");
    if (status == 401 && answer.contains("\"field\":\"credentials\"")) {
      tell(Reason.CREDENTIALS, request, "401 " + OneLine.of(answer));
    } else if (status == 401) {
      tell(
          Reason.KEY,
          request,
          "401, " + key(authorization)
              + "; the keys are in heartline.api.keys, or in the files api.key and api.keys in the data directory");
    } else if (status == 403) {
      ApiKey key = keys.known(authorization);
      if (key == null) {
        tell(Reason.CREDENTIALS, request, "403 " + OneLine.of(answer));
      } else {
        tell(
            Reason.SCOPE,
            request,
            "403, the key " + key.name() + " has the scopes " + key.scopes() + "; "
                + OneLine.of(answer));
      }
    } else {
      tell(status == 429 ? Reason.PACE : Reason.ROOM, request, status + " " + OneLine.of(answer));
    }
  }

  /** Says what is wrong with a header, and nothing of what is in it. */
  private String key(@Nullable String authorization) {
    if (authorization == null) {
      return "no Authorization header";
    }
    if (Bearer.token(authorization) == null) {
      return "the Authorization header is not Bearer and a key";
    }
    ApiKey key = keys.known(authorization);
    return key == null ? "the key is not one of ours" : "the key " + key.name() + " has expired";
  }

  /** Returns the path without its parameters: one of them may be the id of a session. */
  private static String path(HttpServletRequest request) {
    return request.getRequestURI().replaceAll(";[^/]*", "");
  }

  private void tell(Reason reason, HttpServletRequest request, String what) {
    log.refused(
        reason,
        new Caller(request).address(trustedProxies),
        () -> request.getMethod() + " " + OneLine.of(path(request)) + " - " + what);
  }

  @Override
  public void closed(Line line, int code, @Nullable CloseStatus status, String reason) {
    if (status == null || line.user() != null) {
      return;
    }
    switch (status.cause()) {
      case CREDENTIALS -> tell(Reason.CREDENTIALS, line, status);
      case NO_ROOM -> tell(Reason.ROOM, line, status);
      case TOO_FAST -> tell(Reason.PACE, line, status);
      default -> {} // nothing was refused
    }
  }

  private void tell(Reason reason, Line line, CloseStatus status) {
    log.refused(
        reason,
        line.address(),
        () -> status.code() + " " + OneLine.of(status.reason()) + " - " + line);
  }
}
