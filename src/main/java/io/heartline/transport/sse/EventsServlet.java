package io.heartline.transport.sse;

import io.heartline.engine.Arrival;
import io.heartline.engine.Authenticator;
import io.heartline.engine.Door;
import io.heartline.engine.Engine;
import io.heartline.engine.Line;
import io.heartline.model.CloseStatus;
import io.heartline.protocol.Query;
import io.heartline.transport.http.PlainRefusal;
import io.heartline.transport.http.ResponsePump;
import io.heartline.transport.session.SessionLines;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.util.Collections;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/**
 * {@code GET /events?channels=a,b}: a line as server-sent events. The filter in front has already
 * refused clients that may not connect at all. If a channel is refused, the stream says why, since
 * a browser shows its page nothing of any other answer.
 */
public final class EventsServlet extends HttpServlet {
  public static final String PATH = "/events";

  private static final long serialVersionUID = 1L;
  private static final String ALLOWED = "GET, OPTIONS";

  /** A browser that reconnects on its own waits this long, in ms; random, to spread them out. */
  private static final int RETRY_MIN = 1_000;

  private static final int RETRY_MAX = 5_000;

  private final transient Events events = new Events();
  private final transient Engine engine;
  private final transient Door door;
  private final transient SessionLines sessions;
  private final transient Authenticator authenticator;
  private final transient Function<HttpServletRequest, Authenticator.Credentials> credentials;
  private final transient Function<HttpServletRequest, String> address;

  /**
   * @param sessions knows which lines belong to which HTTP session
   * @param credentials reads credentials from a request
   * @param address returns where the client of a request is
   */
  public EventsServlet(
      Engine engine,
      Door door,
      SessionLines sessions,
      Authenticator authenticator,
      Function<HttpServletRequest, Authenticator.Credentials> credentials,
      Function<HttpServletRequest, String> address) {
    this.engine = engine;
    this.door = door;
    this.sessions = sessions;
    this.authenticator = authenticator;
    this.credentials = credentials;
    this.address = address;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    // no-transform: a proxy that compresses would collect events before it passes any on
    response.setHeader("Cache-Control", "no-store, no-transform");
    if (request.getMethod().equals("OPTIONS")) { // browsers ask before a page may send headers
      response.setHeader("Allow", ALLOWED);
      response.setStatus(HttpServletResponse.SC_NO_CONTENT);
      return;
    }
    if (!request.getMethod().equals("GET")) {
      response.setHeader("Allow", ALLOWED);
      PlainRefusal.send(response, 405, "GET only");
      return;
    }
    EventsQuery query = EventsQuery.read(
        Query.parse(request.getQueryString()),
        Collections.list(request.getHeaders("Last-Event-ID")));
    admit(request, response, query);
  }

  private void admit(HttpServletRequest request, HttpServletResponse response, EventsQuery query)
      throws IOException {
    // Before the stream begins: later neither the session nor a header can be read.
    Arrival arrival = query.arrival(
        address.apply(request), authenticator.authenticate(credentials.apply(request)));
    HttpSession session = request.getSession(false);
    head(response);
    AsyncContext context = request.startAsync();
    context.setTimeout(0); // never: the engine decides when the line ends
    ResponsePump pump = new ResponsePump(context, response.getOutputStream());
    byte[] opening = Events.retry(ThreadLocalRandom.current().nextInt(RETRY_MIN, RETRY_MAX));
    SseConnection connection = new SseConnection(pump, events, opening);
    Line line = engine.open(door, connection, arrival).orElse(null);
    if (line == null) {
      PlainRefusal.comeBackLater(response, "no room or stopping");
      context.complete();
      return;
    }
    pump.start(() -> line.closed(CloseStatus.LOST));
    if (session != null) {
      sessions.attach(session, line);
    }
  }

  private static void head(HttpServletResponse response) {
    response.setContentType("text/event-stream");
    response.setHeader("X-Accel-Buffering", "no"); // nginx then passes everything on at once
    response.setBufferSize(1); // otherwise Undertow keeps a tail that the socket did not take
  }
}
