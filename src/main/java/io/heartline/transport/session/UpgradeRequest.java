package io.heartline.transport.session;

import io.heartline.engine.Authenticator;
import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.protocol.Query;
import jakarta.servlet.http.HttpSession;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Who asks for an upgrade, passed from the filter to the endpoint's handshake. It travels with the
 * thread: in every container both run on the request's thread, and there is no other way from one
 * to the other.
 *
 * @param address where the client is
 * @param identity who the client is, as far as the request proves it
 * @param heads the positions of the door's own channels before the upgrade was granted
 * @param session null if the request belongs to no session
 * @param query the parameters in its URL, which the container does not see
 */
public record UpgradeRequest(
    String address,
    CompletionStage<Authenticator.Verdict> identity,
    CompletionStage<Map<ChannelName, From>> heads,
    @Nullable HttpSession session,
    Query query) {
  private static final ThreadLocal<UpgradeRequest> CURRENT = new ThreadLocal<>();

  /** Returns the upgrade request that this thread is serving, or null. */
  public static @Nullable UpgradeRequest current() {
    return CURRENT.get();
  }

  static void arrive(UpgradeRequest upgrade) {
    CURRENT.set(upgrade);
  }

  /** Always call after {@link #arrive}: a container thread must not keep our classes alive. */
  static void leave() {
    CURRENT.remove();
  }
}
