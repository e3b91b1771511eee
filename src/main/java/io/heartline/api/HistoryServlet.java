package io.heartline.api;

import io.heartline.engine.Engine;
import io.heartline.engine.Store;
import io.heartline.log.From;
import io.heartline.log.Reading;
import io.heartline.log.Start;
import io.heartline.model.ChannelName;
import io.heartline.model.GapReason;
import io.heartline.model.Identity;
import io.heartline.model.Position;
import io.heartline.model.Publication;
import io.heartline.protocol.JsonText;
import io.heartline.protocol.Query;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/history?channel=orders&after=<position>} or {@code &last=n}: the publications
 * after a position, or the {@code n} newest ones, a page at a time. All or nothing: either every
 * publication after the position follows, or the answer says why not and has none.
 */
public final class HistoryServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;

  /** The most publications that can be asked for on a page. */
  private static final int MAX_LIMIT = 1000;

  /** Publications on a page if the client does not say. */
  private static final int LIMIT = 100;

  /** The most bytes on a page, unless a single publication is larger. */
  private static final int PAGE_BYTES = 256 * 1024;

  private static final int MAX_LAST = 1_000_000;

  private final transient Engine engine;
  private final transient Readers readers;
  private final transient Function<HttpServletRequest, String> address;

  /** @param address returns where the client of a request is */
  public HistoryServlet(
      Calls calls, Engine engine, Readers readers, Function<HttpServletRequest, String> address) {
    super(calls, "GET");
    this.engine = engine;
    this.readers = readers;
    this.address = address;
  }

  @Override
  CompletionStage<Reply> answer(Call call) {
    Query query = call.query();
    String name = query.one("channel");
    if (name == null) {
      throw Refusal.badRequest("channel", "must be given");
    }
    int limit = query.wholeNumber("limit", 1, MAX_LIMIT).orElse(LIMIT);
    From from = from(query, limit);
    Readers.Wanted wanted = Readers.Wanted.of("channel", name);
    ChannelName channel = wanted.channel();
    return call.then(readers.check(call, List.of(wanted)), reader -> {
      String where = address.apply(call.request());
      pace(reader, where);
      return engine.look(channel, from, opened -> {
        String page = page(channel, opened, limit);
        if (reader != null) {
          engine.historyRead(reader, where, page.length());
        }
        return Reply.ok(page);
      });
    });
  }

  /** Whoever reads here has the same allowance as on a line; servers with a key have no limit. */
  private void pace(@Nullable Identity reader, String where) {
    long wait = reader == null ? 0 : engine.historyWait(reader, where);
    if (wait > 0) {
      engine.statistics().turnedAway("history-pace");
      throw Refusal.tooFast(
          "channel", "must wait: too much of earlier publications was read lately", wait);
    }
  }

  private static From from(Query query, int limit) {
    String after = query.one("after");
    if (after == null) {
      return new From.Last(query.wholeNumber("last", 0, MAX_LAST).orElse(limit));
    }
    if (!query.all("last").isEmpty()) {
      throw Refusal.badRequest("last", "must not be given together with after");
    }
    return From.after(after);
  }

  private static String page(ChannelName channel, Store.Opened opened, int limit) {
    Store.View view = opened.view();
    Start start = opened.start();
    GapReason reason = start.reason();
    if (reason != null) {
      return gap(channel, start.position(), reason);
    }
    Reading reading = view.read(start.position(), PAGE_BYTES);
    if (reading instanceof Reading.Gap gap) { // trimmed since the channel was opened
      return gap(channel, gap.head(), gap.reason());
    }
    Reading.Range range = (Reading.Range) reading;
    List<Publication> all = range.publications();
    List<Publication> page = all.subList(0, Math.min(limit, all.size()));
    boolean more = range.more() || page.size() < all.size();
    Position end = page.isEmpty() ? start.position() : page.get(page.size() - 1).position();
    return answer(channel, view.head(), end, page, more, null);
  }

  private static String gap(ChannelName channel, Position head, GapReason reason) {
    return answer(channel, head, head, List.of(), false, reason);
  }

  /** @param gap why there are no publications; null if there is no gap */
  private static String answer(
      ChannelName channel,
      Position head,
      Position end,
      List<Publication> page,
      boolean more,
      @Nullable GapReason gap) {
    StringBuilder json = new StringBuilder(256 + page.size() * 160);
    json.append("{\"channel\":\"").append(channel); // neither names nor positions need escaping
    json.append("\",\"recovered\":").append(gap == null);
    if (gap != null) {
      json.append(",\"gap\":\"").append(gap.word()).append('"');
    }
    json.append(",\"publications\":[");
    for (int i = 0; i < page.size(); i++) {
      Publication publication = page.get(i);
      json.append(i == 0 ? "" : ",").append("{\"offset\":").append(publication.offset());
      json.append(",\"position\":\"").append(publication.position());
      json.append("\",\"time\":").append(publication.time());
      String id = publication.id();
      if (id != null) {
        JsonText.appendQuoted(json.append(",\"id\":"), id);
      }
      json.append(",\"data\":").append(publication.data()).append('}');
    }
    json.append("],\"position\":\"").append(end);
    json.append("\",\"head\":\"").append(head);
    return json.append("\",\"more\":").append(more).append('}').toString();
  }
}
