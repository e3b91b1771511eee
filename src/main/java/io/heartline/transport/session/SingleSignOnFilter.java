package io.heartline.transport.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.transport.http.PlainRefusal;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Makes the container tell us when a user logs out who has logged in to another web application,
 * and whom single sign-on brings to us. A container ends a session in each application that takes
 * part in the login, and tells nobody else. So a user who opens a line needs a session of ours that
 * takes part.
 *
 * <p>On WildFly (Elytron) each request that single sign-on authenticates makes such a session.
 * Tomcat's valve only names the user, as long as no authenticator is asked; when it is, it makes
 * the session and adds it to the login.
 *
 * <p>A session that was made this way is bound to the login it was made for. So nobody can log in
 * with it as somebody else by giving it to their browser: on Tomcat the session alone proves who
 * its user is.
 */
public final class SingleSignOnFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  private static final Logger LOG = System.getLogger(SingleSignOnFilter.class.getName());

  /** The attribute that says for which login a session was made: the hash of its cookie. */
  static final String LOGIN = "io.heartline.login";

  private final String cookie;

  /** @param cookie the name of the cookie that carries the login */
  public SingleSignOnFilter(String cookie) {
    this.cookie = cookie;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    String login = login(request);
    if (login != null && request.getUserPrincipal() != null && !isTakenAway(response)) {
      try {
        if (!takePart(request, response, login)) {
          return; // the container has answered
        }
      } catch (
          IllegalStateException e) { // it has no room for another session, or it has just ended
        LOG.log(Level.DEBUG, "no session for a login", e);
        PlainRefusal.comeBackLater(response, "the server can make no session now");
        return;
      }
    }
    chain.doFilter(request, response);
  }

  /** Returns which login a session was made for that came by single sign-on; null if for none. */
  static @Nullable String login(HttpSession session) {
    return session.getAttribute(LOGIN) instanceof String login ? login : null;
  }

  private @Nullable String login(HttpServletRequest request) {
    Cookie[] cookies = request.getCookies();
    if (cookies != null) {
      for (Cookie one : cookies) {
        if (one.getName().equals(cookie)) {
          return hash(one.getValue());
        }
      }
    }
    return null;
  }

  /** Containers take the cookie of a login away that they do not know: the user is no other's. */
  private boolean isTakenAway(HttpServletResponse response) {
    return response.getHeaders("Set-Cookie").stream().anyMatch(set -> set.startsWith(cookie + '='));
  }

  /** Returns whether the request may go on. */
  private static boolean takePart(
      HttpServletRequest request, HttpServletResponse response, String login)
      throws IOException, ServletException {
    HttpSession session = request.getSession(false);
    Object madeFor = session == null ? null : session.getAttribute(LOGIN);
    if (login.equals(madeFor)) {
      return true;
    }
    if (session != null && madeFor != null && !Undertow.owns(session)) {
      session.invalidate();
      session = null;
    }
    boolean ours = session == null || madeFor != null || isMadeNow(session, request);
    if (!request.authenticate(response)) {
      return false;
    }
    HttpSession joined = request.getSession(false);
    if (ours && joined != null) { // else it is the application's own, which decides about it
      joined.setAttribute(LOGIN, login);
    }
    return true;
  }

  private static boolean isMadeNow(HttpSession session, HttpServletRequest request) {
    return !session.getId().equals(request.getRequestedSessionId());
  }

  private static String hash(String secret) {
    try {
      return Base64.getEncoder()
          .encodeToString(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is missing, although every Java has it", e);
    }
  }
}
