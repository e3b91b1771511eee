package io.heartline.transport.session;

import io.heartline.engine.Authenticator;
import io.heartline.log.From;
import io.heartline.model.ChannelName;
import jakarta.servlet.http.HttpSession;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Who asks for an upgrade, on the way from the filter to the endpoint's handshake: both run on the
 * request's thread, in every container, and nothing else leads from one to the other.
 *
 * @param identity who they are, as far as the request proves it
 * @param heads where the door's own channels stood before the upgrade was granted
 * @param session null if the request belongs to none
 */
public record UpgradeRequest(
    CompletionStage<Authenticator.Verdict> identity,
    CompletionStage<Map<ChannelName, From>> heads,
    @Nullable HttpSession session) {
  /** Nobody known, from nowhere: where no filter stood in the way. */
  public static final UpgradeRequest UNKNOWN = new UpgradeRequest(
      new Authenticator.Verdict.Nobody().now(), CompletableFuture.completedFuture(Map.of()), null);

  private static final ThreadLocal<UpgradeRequest> CURRENT = new ThreadLocal<>();

  /** Returns the upgrade of the request that this thread serves, or null. */
  public static @Nullable UpgradeRequest current() {
    return CURRENT.get();
  }

  static void arrive(UpgradeRequest upgrade) {
    CURRENT.set(upgrade);
  }

  /** Always after {@link #arrive}: a thread of the container must not keep our classes. */
  static void leave() {
    CURRENT.remove();
  }
}
