package io.heartline.api;

import io.heartline.model.User;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Gives each browser that opens the demo page a guest name, in a signed cookie. Two tabs of one
 * browser are the same user.
 */
public final class DemoFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;
  private static final List<String> MOODS =
      List.of("calm", "brisk", "merry", "quiet", "bold", "kind", "swift", "sunny", "wise", "lucky");
  private static final List<String> ANIMALS =
      List.of("otter", "heron", "fox", "lynx", "wren", "seal", "ibex", "hare", "owl", "finch");

  private final transient Function<HttpServletRequest, Optional<User>> guest;
  private final transient Function<User, String> cookie;
  private final transient SecureRandom random = new SecureRandom();

  /**
   * @param guest the guest whom a request comes from, if any
   * @param cookie returns the {@code Set-Cookie} value that makes a browser a user
   */
  public DemoFilter(
      Function<HttpServletRequest, Optional<User>> guest, Function<User, String> cookie) {
    this.guest = guest;
    this.cookie = cookie;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    response.setHeader(
        "Content-Security-Policy", "default-src 'self'; frame-ancestors 'self'; base-uri 'none'");
    response.setHeader("Cache-Control", "no-store"); // a cached page would come without its guest
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "no-referrer");
    boolean page = request.getMethod().equals("GET");
    if (page && guest.apply(request).isEmpty()) {
      response.addHeader("Set-Cookie", cookie.apply(newGuest()));
    }
    chain.doFilter(request, response);
  }

  private User newGuest() {
    String mood = MOODS.get(random.nextInt(MOODS.size()));
    String animal = ANIMALS.get(random.nextInt(ANIMALS.size()));
    return new User(mood + '-' + animal + '-' + (1000 + random.nextInt(9000)));
  }
}
