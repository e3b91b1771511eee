package io.heartline.transport.session;

import io.heartline.model.User;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;

/**
 * Who asks for an upgrade, on the way from the filter to the endpoint's handshake: both run on the
 * request's thread, in every container, and nothing else leads from one to the other.
 *
 * @param user null if anonymous
 * @param session null if the request belongs to none
 */
public record Visitor(@Nullable User user, @Nullable HttpSession session) {
  private static final ThreadLocal<Visitor> CURRENT = new ThreadLocal<>();

  /** Returns the visitor of the request that this thread serves, or null. */
  public static @Nullable Visitor current() {
    return CURRENT.get();
  }

  static void arrive(Visitor visitor) {
    CURRENT.set(visitor);
  }

  /** Always after {@link #arrive}: a thread of the container must not keep our classes. */
  static void leave() {
    CURRENT.remove();
  }
}
