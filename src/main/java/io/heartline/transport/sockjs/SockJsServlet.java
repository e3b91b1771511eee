package io.heartline.transport.sockjs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.engine.Arrival;
import io.heartline.engine.Authenticator.Verdict;
import io.heartline.engine.Line;
import io.heartline.model.CloseStatus;
import io.heartline.model.Identity;
import io.heartline.model.User;
import io.heartline.protocol.BadParameter;
import io.heartline.protocol.Query;
import io.heartline.transport.http.PlainRefusal;
import io.heartline.transport.http.ResponsePump;
import io.heartline.transport.session.Upgrades;
import io.heartline.transport.sockjs.SentBody.Problem;
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
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
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

  private static final String NOT_CACHED =
      "no-store, no-cache, no-transform, must-revalidate, max-age=0";

  private static final long YEAR_SECONDS = 31_536_000;
  private static final String CACHED = "public, max-age=" + YEAR_SECONDS;

  private static final String TEXT = "text/plain;charset=UTF-8";
  private static final Pattern CALLBACK = Pattern.compile("[a-zA-Z0-9-_.]{1,128}");

  /** Set while a request waits until it is known who sent it. */
  private static final String VERDICT = SockJsServlet.class.getName();

  /** How many bytes of a form one byte of a message may take: three for each that is escaped. */
  private static final int FORM = 6;

  private final transient SockJsService service;
  private final transient SockJsContext context;
  private final transient SockJsSessions sessions;
  private final transient SecureRandom random = new SecureRandom();

  /** How the container upgrades to a WebSocket with frames, and to one without. */
  private final transient ServerEndpointConfig framed;

  private final transient ServerEndpointConfig raw;

  public SockJsServlet(SockJsService service, SockJsContext context) {
    this.service = service;
    this.context = context;
    sessions = new SockJsSessions(service, context);
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
      refuse(response, 413, "the body must be empty here\n");
      return;
    }
    switch (path.kind()) {
      case GREETING -> {
        if (allowed("GET", request, response)) {
          text(response, 200, "Welcome to SockJS!\n");
        }
      }
      case INFO -> {
        cors(request, response);
        if (answered("GET", request, response)) {
          info(response);
        }
      }
      case IFRAME -> {
        if (!service.legacy()) {
          unknown(response);
        } else if (allowed("GET", request, response)) {
          iframe(request, response);
        }
      }
      case RAW_WEBSOCKET -> webSocket(raw, request, response);
      case SESSION ->
        session(path.session(), Objects.requireNonNull(path.transport()), request, response);
      case UNKNOWN -> unknown(response);
    }
  }

  /** Returns whether a request below a base is for the page that clients put into a frame. */
  public static boolean isFramePage(HttpServletRequest request) {
    return request.getMethod().equals("GET") && SockJsPath.isIframe(lastPart(request));
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

  private static void unknown(HttpServletResponse response) throws IOException {
    text(response, 404, "there is nothing here\n");
  }

  /** Answers a request with a wrong method; returns whether the method is the right one. */
  private static boolean allowed(
      String method, HttpServletRequest request, HttpServletResponse response) {
    if (request.getMethod().equals(method)) {
      return true;
    }
    response.setStatus(405); // neither a type nor a body: old clients stumble over them
    response.setHeader("Allow", "OPTIONS, " + method);
    return false;
  }

  /** The same, and answers OPTIONS too. */
  private boolean answered(
      String method, HttpServletRequest request, HttpServletResponse response) {
    if (!request.getMethod().equals("OPTIONS")) {
      response.setHeader("Cache-Control", NOT_CACHED);
      return allowed(method, request, response);
    }
    cached(response);
    response.setStatus(204);
    response.setHeader("Access-Control-Allow-Methods", "OPTIONS, " + method);
    response.setHeader("Access-Control-Max-Age", Long.toString(YEAR_SECONDS));
    String headers = request.getHeader("Access-Control-Request-Headers");
    if (headers != null && !headers.isBlank()) {
      response.setHeader("Access-Control-Allow-Headers", headers);
    }
    return false;
  }

  private void cached(HttpServletResponse response) {
    response.setHeader("Cache-Control", CACHED);
    response.setDateHeader("Expires", context.time().epochMicros() / 1000 + 1000 * YEAR_SECONDS);
  }

  /** Lets pages of other origins read the answer; the filter in front has refused the others. */
  private static void cors(HttpServletRequest request, HttpServletResponse response) {
    String origin = request.getHeader("Origin");
    response.setHeader("Vary", "Origin");
    if (origin == null) {
      response.setHeader("Access-Control-Allow-Origin", "*");
    } else {
      response.setHeader("Access-Control-Allow-Origin", origin);
      response.setHeader("Access-Control-Allow-Credentials", "true");
    }
  }

  private void info(HttpServletResponse response) throws IOException {
    if (!context.engine().ready()) { // the client had better ask another node
      stopping(response);
      return;
    }
    response.setContentType("application/json;charset=UTF-8");
    long entropy = random.nextInt() & 0xffff_ffffL;
    body(
        response,
        ("{\"websocket\":" + service.webSocket() + ",\"origins\":[\"*:*\"],\"cookie_needed\":"
                + service.cookie() + ",\"entropy\":" + entropy + "}")
            .getBytes(UTF_8));
  }

  private void iframe(HttpServletRequest request, HttpServletResponse response) throws IOException {
    IframePage page = new IframePage(request.getContextPath() + "/sockjs.min.js");
    cached(response);
    response.setHeader("ETag", page.tag());
    if (page.tag().equals(request.getHeader("If-None-Match"))) {
      response.setStatus(304);
      return;
    }
    response.setContentType("text/html;charset=UTF-8");
    body(response, page.bytes());
  }

  private void webSocket(
      ServerEndpointConfig config, HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    if (!service.webSocket()) {
      unknown(response);
    } else if (!allowed("GET", request, response)) {
      return;
    } else if (!Upgrades.isHandshake(request)) {
      text(response, 400, "Not a valid websocket request\n");
    } else if (!context.engine().ready()) {
      stopping(response);
    } else if (!context.engine().hasRoom()) {
      noRoom(request, response);
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
      unknown(response);
      return;
    }
    if (transport == Transport.WEBSOCKET) {
      webSocket(framed, request, response);
      return;
    }
    cors(request, response);
    if (service.cookie()) {
      response.addHeader("Set-Cookie", "JSESSIONID=" + sessionCookie(request) + "; path=/");
    }
    if (!answered(transport.method(), request, response)) {
      return;
    }
    Verdict verdict = verdict(request);
    if (verdict == null) {
      return; // the request comes back once it is known
    }
    if (verdict instanceof Verdict.CannotSay cannot) {
      response.setHeader("Retry-After", "5");
      if (SentBody.declared(request)) {
        refuse(response, 503, cannot.why() + '\n');
      } else {
        text(response, 503, cannot.why() + '\n');
      }
      return;
    }
    User user = verdict instanceof Verdict.Known known ? known.identity().user() : null;
    SockJsSessions.Key key = new SockJsSessions.Key(id, user);
    if (transport.sends()) {
      send(key, transport, request, response);
    } else {
      wait(key, verdict, transport, request, response);
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
      unknown(response);
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
      text(response, 500, "\"callback\" parameter required\n");
      return null;
    }
    if (!CALLBACK.matcher(callback).matches()) {
      text(response, 500, "invalid \"callback\" parameter\n");
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
    if (!context.engine().ready()) {
      stopping(response);
      return null;
    }
    if (!sessions.hasRoom() || !context.engine().hasRoom()) {
      noRoom(request, response);
      return null;
    }
    RawQuery asked = RawQuery.read(query);
    SockJsSession session = sessions.add(key, origin);
    if (!session.claim()) {
      return session; // another request was faster
    }
    Identity identity =
        verdict instanceof Verdict.Known known ? known.identity() : Identity.ANONYMOUS;
    HttpSession httpSession = request.getSession(false);
    Line line = context
        .engine()
        .open(
            service.door(),
            session,
            new Arrival(
                context.address().apply(request),
                verdict.now(),
                context.engine().heads(service.door(), identity),
                asked.since(),
                asked.beat(),
                List.of()))
        .orElse(null);
    if (line == null) {
      session.refused(CloseStatus.STOPPING);
      stopping(response);
      return null;
    }
    session.opened(line);
    if (httpSession != null) {
      context.sessions().attach(httpSession, line);
    }
    return session;
  }

  /** The client sends messages. */
  private void send(
      SockJsSessions.Key key,
      Transport transport,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    SockJsSession session = sessions.find(key);
    if (session == null || !session.isOf(request.getHeader("Origin"))) {
      if (SentBody.declared(request)) {
        refuse(response, 404, "there is no such session\n");
      } else {
        unknown(response);
      }
      return;
    }
    boolean form = transport == Transport.JSONP_SEND
        && Objects.requireNonNullElse(request.getContentType(), "")
            .startsWith("application/x-www-form-urlencoded");
    SentBody.read(
        request,
        (form ? FORM : 2) * context.messageBytes() + 1024,
        context.bodies(),
        context.bodyTimeout().toMillis(),
        new SentBody.Answer() {
          @Override
          public void arrived(byte[] body) throws IOException {
            sent(session, transport, form, body, response);
          }

          @Override
          public void failed(Problem problem) throws IOException {
            switch (problem) {
              case TOO_LARGE -> refuse(response, 413, "the message is too large\n");
              case LATE -> refuse(response, 408, "the body did not arrive in time\n");
              case NO_ROOM -> refuse(response, 503, "too many bodies are under way\n");
              case BROKEN_OFF -> {}
            }
          }
        });
  }

  private static void sent(
      SockJsSession session,
      Transport transport,
      boolean form,
      byte[] body,
      HttpServletResponse response)
      throws IOException {
    List<String> messages;
    try {
      String text = decoded(body);
      messages = SentMessages.read(form ? field(text) : text);
    } catch (SentMessages.Broken broken) {
      text(response, 500, broken.rule() + '\n');
      return;
    }
    if (!session.receive(messages)) {
      text(response, 404, "the session has ended\n");
    } else if (transport == Transport.JSONP_SEND) {
      text(response, 200, "ok"); // some browsers stumble over 204
    } else {
      response.setStatus(204);
      response.setContentType(TEXT); // otherwise some browsers take the body for XML
    }
  }

  private static String decoded(byte[] body) throws SentMessages.Broken {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw SentMessages.broken();
    }
  }

  /** Returns the messages in a form; empty if it has none. */
  private static String field(String form) throws SentMessages.Broken {
    try {
      return Objects.requireNonNullElse(Query.parse(form).one("d"), "");
    } catch (BadParameter e) {
      throw SentMessages.broken();
    }
  }

  private static void stopping(HttpServletResponse response) throws IOException {
    response.setHeader("Retry-After", "5");
    PlainRefusal.send(response, 503, "no room or stopping");
  }

  private void noRoom(HttpServletRequest request, HttpServletResponse response) throws IOException {
    context.noRoom().accept(request);
    stopping(response);
  }

  /** Refuses a request whose body is not read: the connection ends with the answer. */
  private static void refuse(HttpServletResponse response, int status, String why)
      throws IOException {
    response.setHeader("Connection", "close");
    text(response, status, why);
  }

  private static void text(HttpServletResponse response, int status, String text)
      throws IOException {
    response.setStatus(status);
    response.setContentType(TEXT);
    body(response, text.getBytes(UTF_8));
  }

  private static void body(HttpServletResponse response, byte[] bytes) throws IOException {
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }
}
