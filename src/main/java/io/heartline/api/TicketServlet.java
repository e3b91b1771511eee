package io.heartline.api;

import io.heartline.engine.Authenticator;
import io.heartline.engine.Blocks;
import io.heartline.model.Identity;
import io.heartline.model.Scope;
import io.heartline.protocol.json.IdentityReader;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * {@code POST /api/ticket}: a ticket that opens one line, for clients that can send nothing but a
 * URL. A user who has proven who they are gets one for themselves; a server whose key has the scope
 * {@code ticket} gets one for whoever its body names.
 */
public final class TicketServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;

  /** The largest body: one user with their groups and claims. */
  private static final int MAX_BYTES = 16 * 1024;

  private final transient Keys keys;
  private final transient Authenticator authenticator;
  private final transient Function<HttpServletRequest, Authenticator.Credentials> credentials;
  private final transient Blocks blocks;
  private final transient Predicate<HttpServletRequest> ownPage;
  private final transient Function<Identity, CompletionStage<Optional<String>>> tickets;
  private final transient Duration good;

  /**
   * @param credentials reads credentials from a request
   * @param blocks knows who is kept out
   * @param ownPage whether a request comes from a page that may ask, or from none
   * @param tickets makes a ticket; empty if too many are open
   * @param good how long a ticket is good
   */
  public TicketServlet(
      Calls calls,
      Keys keys,
      Authenticator authenticator,
      Function<HttpServletRequest, Authenticator.Credentials> credentials,
      Blocks blocks,
      Predicate<HttpServletRequest> ownPage,
      Function<Identity, CompletionStage<Optional<String>>> tickets,
      Duration good) {
    super(calls, "POST");
    this.keys = keys;
    this.authenticator = authenticator;
    this.credentials = credentials;
    this.blocks = blocks;
    this.ownPage = ownPage;
    this.tickets = tickets;
    this.good = good;
  }

  @Override
  CompletionStage<Reply> answer(Call call) {
    if (!ownPage.test(call.request())) {
      throw Refusal.forbidden("Origin", "must be one that may connect");
    }
    if (keys.find(call.header("Authorization")) != null) {
      keys.require(call, Scope.TICKET);
      return call.then(call.body(MAX_BYTES), body -> ticket(call, named(body)));
    }
    return call.then(Readers.identity(call, authenticator, credentials, blocks), identity -> {
      if (identity.user() == null) {
        throw Refusal.nobody();
      }
      return ticket(call, identity);
    });
  }

  private static Identity named(String body) {
    Identity identity = IdentityReader.read(body);
    if (identity.user() == null) {
      throw Refusal.badRequest("user", "must be given");
    }
    return identity;
  }

  private CompletionStage<Reply> ticket(Call call, Identity identity) {
    return call.then(tickets.apply(identity), ticket -> {
      if (ticket.isEmpty()) {
        throw Refusal.busy("ticket", "cannot be given now: too many are open");
      }
      return CompletableFuture.completedFuture(
          Reply.ok("{\"ticket\":\"" + ticket.get() + "\",\"seconds\":" + good.toSeconds() + '}'));
    });
  }
}
