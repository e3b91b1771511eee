package io.heartline.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.engine.Store;
import io.heartline.model.User;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * {@code GET /guest.js}: a script that does nothing, which the demo page loads ahead of its own.
 * Its answer gives each new browser a guest name, in a signed cookie, so two tabs of one browser
 * are the same user.
 *
 * <p>The cookie names no path, so browsers take the folder of the URL that they asked for, which is
 * where this deployment is for them, and so the cookie covers all its doors. Only they know: a
 * proxy may have put us below a prefix of its own and cut that off before we were asked. The page
 * itself cannot carry the cookie, since it stands one folder further down.
 */
public final class GuestServlet extends HttpServlet {
  public static final String PATH = "/guest.js";

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
   * @param cookie returns the {@code Set-Cookie} value that makes a browser a user; throws
   *     {@link Store.Unavailable} if it cannot now
   */
  public GuestServlet(
      Function<HttpServletRequest, Optional<User>> guest, Function<User, String> cookie) {
    this.guest = guest;
    this.cookie = cookie;
  }

  /** Returns patterns that fit the channels of all guests, and hardly any other. */
  public static List<String> channels() {
    return MOODS.stream().map(mood -> "user:" + mood + "-*").toList();
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader("Cache-Control", "no-store"); // from a cache it would come without a guest
    response.setContentType("text/javascript;charset=UTF-8");
    if (guest.apply(request).isEmpty()) {
      try {
        response.addHeader("Set-Cookie", cookie.apply(newGuest()));
      } catch (Store.Unavailable e) {
        response.setHeader("Retry-After", "1");
        response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
      }
    }
    response.getOutputStream().write("// The answer's cookie makes you a guest.\n".getBytes(UTF_8));
  }

  private User newGuest() {
    String mood = MOODS.get(random.nextInt(MOODS.size()));
    String animal = ANIMALS.get(random.nextInt(ANIMALS.size()));
    return new User(mood + '-' + animal + '-' + (1000 + random.nextInt(9000)));
  }
}
