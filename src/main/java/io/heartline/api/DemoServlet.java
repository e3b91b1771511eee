package io.heartline.api;

import io.heartline.engine.Draft;
import io.heartline.engine.Engine;
import io.heartline.model.User;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * {@code POST /demo/publish}: lets the demo page publish without a key, as a guest, to
 * {@code public:demo} and to other guests. Only there while the demo is on.
 */
public final class DemoServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final int MAX_BYTES = 4 * 1024;
  private static final String CHANNEL = "public:demo";

  /** The channels of those whom {@link DemoFilter} named. */
  private static final Pattern GUEST = Pattern.compile("user:[a-z]+-[a-z]+-\\d{4}");

  private final transient Engine engine;
  private final transient Function<HttpServletRequest, Optional<User>> guest;
  private final transient Predicate<HttpServletRequest> ownPage;

  /**
   * @param guest who a request comes from
   * @param ownPage whether a page of ours sent it
   */
  public DemoServlet(
      Engine engine,
      Function<HttpServletRequest, Optional<User>> guest,
      Predicate<HttpServletRequest> ownPage) {
    this.engine = engine;
    this.guest = guest;
    this.ownPage = ownPage;
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      if (!ownPage.test(request) || guest.apply(request).isEmpty()) {
        Answer.error(response, 403, "Cookie", "must be a guest's, sent by the demo page");
        return;
      }
      List<Draft> drafts = PublishRequest.read(Body.read(request, MAX_BYTES));
      if (drafts.size() != 1 || !open(drafts.get(0))) {
        Answer.error(
            response,
            403,
            drafts.get(0).channel().text().startsWith("user:") ? "user" : "channel",
            "must be " + CHANNEL + ", or one guest who is here now");
        return;
      }
      if (drafts.get(0).id() != null) {
        throw Refusal.badRequest("id", "is not for guests");
      }
      Verdict verdict = Verdict.publish(engine, drafts).join();
      if (verdict.status() == 200) { // where it stands is not for guests
        Answer.send(response, 200, "{\"published\":" + drafts.size() + "}");
      } else {
        verdict.send(response);
      }
    } catch (Refusal refusal) {
      Answer.refuse(response, refusal);
    }
  }

  private boolean open(Draft draft) {
    String name = draft.channel().text();
    return name.equals(CHANNEL)
        || (GUEST.matcher(name).matches()
            && engine.isHere(new User(name.substring("user:".length()))));
  }
}
