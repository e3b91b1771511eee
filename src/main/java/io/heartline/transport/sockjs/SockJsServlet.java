package io.heartline.transport.sockjs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.engine.Arrival;
import io.heartline.engine.Authenticator.Verdict;
import io.heartline.engine.Line;
import io.heartline.model.CloseStatus;
import io.heartline.protocol.Query;
import io.heartline.transport.http.PlainRefusal;
import io.heartline.transport.http.ResponsePump;
import io.heartline.transport.session.Upgrades;
import io.heartline.transport.websocket.RawQuery;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Everything below the base URL of one SockJS service. */
public final class SockJsServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private static final Pattern CALLBACK = Pattern.compile("[a-zA-Z0-9-_.]{1,128}");

  /** The parameter of a URL that holds a ticket. */
  private static final String TICKET = "ticket";

  /** Set while a request waits until it is known who sent it. */
  private static final String VERDICT = SockJsServlet.class.getName();

  private final transient SockJsService service;
  private final transient SockJsContext context;
  private final transient SockJsSessions sessions;
  private final transient Sending sending;
  private final transient SecureRandom random = new SecureRandom();

  /** How the container upgrades to a WebSocket with frames, and to one without. */
  private final transient ServerEndpointConfig framed;

  private final transient ServerEndpointConfig raw;

  public SockJsServlet(SockJsService service, SockJsContext context) {
    this.service = service;
    this.context = context;
    sessions = new SockJsSessions(service, context);
    sending = new Sending(context);
    framed = ServerEndpointConfig.Builder.create(SockJsEndpoint.class, service.base())
        .configurator(new SockJsHandshake(service, context.frames()))
        .build();
    raw = ServerEndpointConfig.Builder.create(SockJsEndpoint.class, service.base())
        .subprotocols(service.subprotocols())
        .configurator(new SockJsHandshake(service, null))
        .build();
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    SockJsPath path = path(request);
    response.setHeader("X-Content-Type-Options", "nosniff");
    if (SentBody.declared(request) && !path.takesBody(request.getMethod())) {
      Answers.refuse(response, 413, "the body must be empty here\n");
      return;
    }
    switch (path.kind()) {
      case GREETING -> {
        if (Answers.allowed("GET", request, response)) {
          Answers.text(response, 200, "Welcome to SockJS!\n");
        }
      }
      case INFO -> {
        Answers.cors(request, response);
        if (Answers.answered("GET", request, response, context.time())) {
          info(response);
        }
      }
      case IFRAME -> {
        if (!service.legacy()) {
          Answers.unknown(response);
        } else if (Answers.allowed("GET", request, response)) {
          iframe(request, response);
        }
      }
      case RAW_WEBSOCKET -> webSocket(raw, request, response);
      case SESSION ->
        session(path.session(), Objects.requireNonNull(path.transport()), request, response);
      case UNKNOWN -> Answers.unknown(response);
    }
  }

  /** Returns whether a request below a base is for the page that clients put into a frame. */
  public static boolean isFramePage(HttpServletRequest request) {
    return request.getMethod().equals("GET") && SockJsPath.isIframe(lastPart(request));
  }

  /** Returns whether browsers of long ago show the answer to a request inside a frame. */
  public static boolean isFramed(HttpServletRequest request) {
    String last = lastPart(request);
    return last.equals("/htmlfile") || last.equals("/jsonp_send");
  }

  /** Returns whether a request below a base is for a script that brings frames. */
  public static boolean isScript(HttpServletRequest request) {
    return request.getMethod().equals("GET") && lastPart(request).equals("/jsonp");
  }

  private static String lastPart(HttpServletRequest request) {
    String uri = request.getRequestURI();
    return uri.substring(Math.max(0, uri.lastIndexOf('/')));
  }

  /** Returns what the request asks for, by its URL as it was sent. */
  private SockJsPath path(HttpServletRequest request) {
    String uri = request.getRequestURI();
    String base = request.getContextPath() + service.base();
    return SockJsPath.parse(uri.startsWith(base) ? uri.substring(base.length()) : "/unknown");
  }

  private void info(HttpServletResponse response) throws IOException {
    if (!context.engine().ready()) { // the client had better ask another node
      Answers.stopping(response);
      return;
    }
    response.setContentType("application/json;charset=UTF-8");
    long entropy = random.nextInt() & 0xffff_ffffL;
    Answers.body(
        response,
        ("{\"websocket\":" + service.webSocket() + ",\"origins\":[\"*:*\"],\"cookie_needed\":"
                + service.cookie() + ",\"entropy\":" + entropy + "}")
            .getBytes(UTF_8));
  }

  private void iframe(HttpServletRequest request, HttpServletResponse response) throws IOException {
    IframePage page = new IframePage(request.getContextPath() + "/sockjs.min.js");
    Answers.cached(response, context.time());
    response.setHeader("ETag", page.tag());
    if (page.tag().equals(request.getHeader("If-None-Match"))) {
      response.setStatus(304);
      return;
    }
    response.setContentType("text/html;charset=UTF-8");
    Answers.body(response, page.bytes());
  }

  private void webSocket(
      ServerEndpointConfig config, HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    if (!service.webSocket()) {
      Answers.unknown(response);
    } else if (!Answers.allowed("GET", request, response)) {
      return;
    } else if (!Upgrades.isHandshake(request)) {
      Answers.text(response, 400, "Not a valid websocket request\n");
    } else if (turnedAway(request, response)) {
      return;
    } else {
      context
          .upgrades()
          .serve(
              request,
              response,
              service.base(),
              request.getSession(false),
              identity -> context.engine().heads(service.door(), identity),
              handshake -> upgrade(config, handshake, response));
    }
  }

  private static void upgrade(
      ServerEndpointConfig config, HttpServletRequest handshake, HttpServletResponse response)
      throws IOException, ServletException {
    Object container = handshake.getServletContext().getAttribute(ServerContainer.class.getName());
    try {
      ((ServerContainer) container).upgradeHttpToWebSocket(handshake, response, config, Map.of());
    } catch (DeploymentException e) {
      throw new ServletException(e);
    }
  }

  private void session(
      String id, Transport transport, HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    if (!service.serves(transport)) {
      Answers.unknown(response);
      return;
    }
    if (transport == Transport.WEBSOCKET) {
      webSocket(framed, request, response);
      return;
    }
    Answers.cors(request, response);
    if (service.cookie() && request.getSession(false) == null) { // else it has one of the container
      response.addHeader("Set-Cookie", "JSESSIONID=" + sessionCookie(request) + "; path=/");
    }
    if (!Answers.answered(transport.method(), request, response, context.time())) {
      return;
    }
    if (!Query.parse(request.getQueryString()).all(TICKET).isEmpty()) {
      refuse(request, response, 400, "a ticket is good for one request: for a WebSocket only");
      return;
    }
    Verdict verdict = verdict(request);
    if (verdict == null) {
      return; // the request comes back once it is known
    }
    if (verdict instanceof Verdict.CannotSay cannot) {
      PlainRefusal.tellWhenToComeBack(response);
      refuse(request, response, 503, cannot.why());
      return;
    }
    SockJsSessions.Key key = new SockJsSessions.Key(id, verdict.identity().user());
    if (transport.sends()) {
      sending.serve(sessions.find(key), transport, request, response);
    } else {
      wait(key, verdict, transport, request, response);
    }
  }

  private static void refuse(
      HttpServletRequest request, HttpServletResponse response, int status, String why)
      throws IOException {
    if (SentBody.declared(request)) {
      Answers.refuse(response, status, why + '\n');
    } else {
      Answers.text(response, status, why + '\n');
    }
  }

  private static String sessionCookie(HttpServletRequest request) {
    Cookie[] cookies = request.getCookies();
    if (cookies != null) {
      for (Cookie cookie : cookies) {
        if (cookie.getName().equals("JSESSIONID")
            && cookie.getValue().matches("[!#-+\\--:<-\\[\\]-~]{1,256}")) {
          return cookie.getValue();
        }
      }
    }
    return "dummy";
  }

  /** Returns who sent the request; null if that is not known yet. Then it is dispatched again. */
  private @Nullable Verdict verdict(HttpServletRequest request) {
    if (request.getAttribute(VERDICT) instanceof Verdict known) {
      return known;
    }
    CompletionStage<Verdict> asked =
        context.authenticator().authenticate(context.credentials().apply(request));
    Verdict now = asked.toCompletableFuture().getNow(null);
    if (now == null) {
      AsyncContext waiting = request.startAsync();
      waiting.setTimeout(0); // whoever is asked always answers
      asked.thenAccept(verdict -> {
        request.setAttribute(VERDICT, verdict);
        waiting.dispatch();
      });
    }
    return now;
  }

  /** The client waits for frames. */
  private void wait(
      SockJsSessions.Key key,
      Verdict verdict,
      Transport transport,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    Query query = Query.parse(request.getQueryString());
    Wire wire = wire(transport, query, response);
    if (wire == null) {
      return;
    }
    String origin = request.getHeader("Origin");
    SockJsSession session = sessions.find(key);
    if (session != null && !session.isOf(origin)) {
      Answers.unknown(response);
      return;
    }
    if (session == null) {
      session = open(key, verdict, origin, query, request, response);
      if (session == null) {
        return;
      }
    }
    response.setContentType(wire.contentType());
    response.setHeader("X-Accel-Buffering", "no"); // nginx then passes everything on at once
    response.setBufferSize(1); // otherwise Undertow keeps a tail that the socket did not take
    AsyncContext waiting = request.startAsync();
    waiting.setTimeout(0); // never: the session decides when the response ends
    ResponsePump pump = new ResponsePump(waiting, response.getOutputStream());
    ResponseReceiver receiver = new ResponseReceiver(wire, pump);
    SockJsSession attached = session;
    attached.attach(receiver);
    pump.start(() -> attached.lost(receiver));
  }

  /** Returns how frames are written; null if the request was refused. */
  private @Nullable Wire wire(Transport transport, Query query, HttpServletResponse response)
      throws IOException {
    return switch (transport) {
      case XHR -> Wire.xhr(context.frames());
      case XHR_STREAMING -> Wire.streaming(context.frames());
      case EVENTSOURCE -> Wire.events(context.frames());
      case JSONP, HTMLFILE -> {
        String callback = callback(query, response);
        yield callback == null
            ? null
            : transport == Transport.JSONP ? Wire.jsonp(callback) : Wire.page(callback);
      }
      case WEBSOCKET, XHR_SEND, JSONP_SEND ->
        throw new IllegalArgumentException("not a way to wait for frames: " + transport);
    };
  }

  private static @Nullable String callback(Query query, HttpServletResponse response)
      throws IOException {
    String callback = query.one("c");
    if (callback == null) {
      callback = query.one("callback");
    }
    if (callback == null || callback.isEmpty()) {
      Answers.text(response, 500, "\"callback\" parameter required\n");
      return null;
    }
    if (!CALLBACK.matcher(callback).matches()) {
      Answers.text(response, 500, "invalid \"callback\" parameter\n");
      return null;
    }
    return callback;
  }

  /** Opens a session and its line; returns null if that was refused. */
  private @Nullable SockJsSession open(
      SockJsSessions.Key key,
      Verdict verdict,
      @Nullable String origin,
      Query query,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    if (turnedAway(request, response)) {
      return null;
    }
    if (!sessions.hasRoom()) {
      Answers.stopping(response);
      return null;
    }
    RawQuery asked = RawQuery.read(query);
    HttpSession httpSession = request.getSession(false);
    SockJsSession session = sessions.add(key, origin);
    if (!session.claim()) {
      return session; // another request was faster
    }
    Line line;
    try {
      line = line(session, verdict, asked, request);
    } catch (RuntimeException | Error e) {
      session.refused(CloseStatus.FAILED); // otherwise nobody would end it
      throw e;
    }
    if (line == null) {
      session.refused(CloseStatus.STOPPING);
      Answers.stopping(response);
      return null;
    }
    session.opened(line);
    if (httpSession != null) {
      context.sessions().attach(httpSession, line);
    }
    return session;
  }

  /** Returns the line of a session; null if none is let in. */
  private @Nullable Line line(
      SockJsSession session, Verdict verdict, RawQuery asked, HttpServletRequest request) {
    return context
        .engine()
        .open(
            service.door(),
            session,
            new Arrival(
                context.address().apply(request),
                verdict.now(),
                context.engine().heads(service.door(), verdict.identity()),
                asked.since(),
                asked.beat(),
                List.of()))
        .orElse(null);
  }

  /** Returns whether the client may not open a line now. Then it is answered. */
  private boolean turnedAway(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    int seconds = context.turnstile().applyAsInt(request);
    if (seconds > 0) {
      Answers.comeBack(response, seconds);
    }
    return seconds > 0;
  }
}
