package io.heartline.api;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.protocol.HeaderList;
import io.heartline.protocol.Query;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One request, from its headers to its answer: the headers are checked, the body arrives, the
 * request is decided and answered. The call continues on the container's thread as long as what it
 * needs is there or comes within a moment. Otherwise it gives the thread back, and the container
 * dispatches the call again when there is something to do. So no call holds a thread for longer
 * than a moment, whatever its client and the store do.
 *
 * <p>A call whose body was not read to its end says {@code Connection: close} in its answer. How it
 * is ended then depends on the container, see {@link #endUnread}.
 *
 * <p>To continue after a stage that somebody else completes, use {@link #then}: it runs the next
 * step on the thread that has the call.
 */
final class Call implements Executor {
  private static final Logger LOG = System.getLogger(Call.class.getName());
  private static final String ATTRIBUTE = Call.class.getName();

  /**
   * How long a call waits on its thread, in nanoseconds. A healthy disk has long forced a group of
   * publications by then.
   */
  private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(20);

  /**
   * How long a refused client has to read why, in ms. Closing a connection while bytes from the
   * client are still unread would lose the answer.
   */
  private static final int LINGER = 1_000;

  /** The longest answer written at once, in bytes. A longer one may stall if its client is slow. */
  private static final int SHORT = 8 * 1024;

  /** Bytes of an answer that the client must take within one {@link Calls#standstill}. */
  private static final int PORTION = 64 * 1024;

  private final Calls calls;
  private final Function<Call, CompletionStage<Reply>> service;
  private final long begun;

  private HttpServletRequest request;
  private HttpServletResponse response;

  /** The reply has been handed to the container. */
  private boolean over;

  /** Null until the first step is run. */
  private @Nullable CompletableFuture<Reply> reply;

  /** Null until it is asked for. */
  private @Nullable Body body;

  /** Bytes that the answer has taken from the room that all calls share. */
  private final AtomicLong answerTaken = new AtomicLong();

  /** Steps to run on the thread that has the call. */
  @GuardedBy("this")
  private final Deque<Runnable> steps = new ArrayDeque<>();

  /** The thread that has the call; null while the container has its thread back. */
  @GuardedBy("this")
  private @Nullable Thread here;

  /** Used to have the call dispatched again; null if that is under way or not needed. */
  @GuardedBy("this")
  private @Nullable AsyncContext parked;

  private Call(
      Calls calls,
      Function<Call, CompletionStage<Reply>> service,
      HttpServletRequest request,
      HttpServletResponse response) {
    this.calls = calls;
    this.service = service;
    this.request = request;
    this.response = response;
    begun = calls.nanos();
  }

  /**
   * Serves a request, when it is new and when it has been dispatched again.
   *
   * @param service answers the call; may throw a {@link Refusal}, or return a stage that fails with
   *     one
   */
  static void serve(
      Calls calls,
      HttpServletRequest request,
      HttpServletResponse response,
      Function<Call, CompletionStage<Reply>> service) {
    if (request.getAttribute(ATTRIBUTE) instanceof Call before) {
      before.request = request;
      before.response = response;
      before.pass();
    } else {
      new Call(calls, service, request, response).pass();
    }
  }

  HttpServletRequest request() {
    return request;
  }

  /**
   * Returns the parameters in the URL.
   *
   * @throws io.heartline.protocol.BadParameter if one is malformed
   */
  Query query() {
    return Query.parse(request.getQueryString());
  }

  /** Returns the refusal of somebody who is known and may not do this; tells the log of it. */
  Refusal forbidden(String field, String rule) {
    calls.forbidden(request, rule);
    return Refusal.forbidden(field, rule);
  }

  /**
   * Returns the value of a header that may be given once; null if it is absent.
   *
   * @throws Refusal if it is given twice
   */
  @Nullable
  String header(String name) {
    List<String> lines = Collections.list(request.getHeaders(name));
    if (lines.size() > 1) {
      throw Refusal.badRequest(name, "must be given once: " + lines.size());
    }
    return lines.isEmpty() ? null : lines.get(0);
  }

  /** Runs {@code next} after a stage, on the thread that has the call. */
  <T, R> CompletionStage<R> then(CompletionStage<T> stage, Function<T, CompletionStage<R>> next) {
    return stage.thenComposeAsync(next, this);
  }

  /**
   * Returns the body as text, once it has arrived. Call this only after checking that the client
   * may send one.
   *
   * @throws Refusal if its headers say that it is too large, or no UTF-8 as it is
   */
  CompletionStage<String> body(int maxBytes) {
    requirePlainText();
    long length = request.getContentLengthLong();
    if (length > maxBytes) {
      throw Refusal.tooLarge(maxBytes);
    }
    Body body = new Body(calls, length, maxBytes);
    this.body = body;
    try {
      ServletInputStream in = request.getInputStream();
      if (request.isAsyncSupported()) {
        body.takeWhatIsThere(in);
      } else {
        takeAll(body, in);
      }
    } catch (IOException e) {
      throw Refusal.badRequest("body", "broke off");
    }
    return body.text();
  }

  private void requirePlainText() {
    HeaderList encodings = HeaderList.of(Collections.list(request.getHeaders("Content-Encoding")));
    if (!encodings.elements().stream().allMatch("identity"::equalsIgnoreCase)) {
      throw Refusal.unsupported("Content-Encoding", "must be identity or absent: " + encodings);
    }
    MediaType type = MediaType.parse(header("Content-Type"));
    if (!type.isUtf8()) {
      throw Refusal.unsupported("Content-Type", "must have charset=UTF-8 or none: " + type.text());
    }
  }

  /** For when a filter of the server does not support async, so no thread can be given back. */
  private void takeAll(Body body, ServletInputStream in) throws IOException {
    if (!calls.mayStand()) {
      throw Refusal.busy("body", "cannot be taken now: too many are under way");
    }
    try {
      body.takeAll(in);
    } finally {
      calls.stood();
    }
  }

  /**
   * Runs a step on the thread that has the call. If no thread has it, asks the container to
   * dispatch the call again.
   */
  @Override
  public void execute(Runnable step) {
    AsyncContext waiting = null;
    synchronized (this) {
      if (here != Thread.currentThread()) {
        steps.add(step);
        notifyAll();
        waiting = parked;
        parked = null;
        step = null;
      }
    }
    if (step != null) {
      step.run();
    } else if (waiting != null) {
      dispatch(waiting);
    }
  }

  private void pass() {
    if (over) {
      return; // the container ends the request after this
    }
    synchronized (this) {
      here = Thread.currentThread();
    }
    CompletableFuture<Reply> reply = this.reply;
    if (reply == null) {
      reply = start();
      this.reply = reply;
    }
    if (work(reply)) {
      answer(reply.join());
    } else {
      park(reply);
    }
  }

  private CompletableFuture<Reply> start() {
    CompletionStage<Reply> served;
    try {
      served = service.apply(this);
    } catch (RuntimeException e) {
      served = CompletableFuture.failedFuture(e);
    }
    CompletableFuture<Reply> reply = served
        .exceptionally(failure -> Reply.failed(failure, calls.faults()))
        .toCompletableFuture();
    if (!reply.isDone()) {
      reply.thenRun(() -> execute(() -> {})); // wakes whoever waits for steps
    }
    return reply;
  }

  /** Runs steps for a moment. Returns true if the reply is there; no more steps are run then. */
  private boolean work(CompletableFuture<Reply> reply) {
    long end = calls.nanos() + MOMENT;
    while (true) {
      Runnable step;
      synchronized (this) {
        step = steps.poll();
        if (step == null && reply.isDone()) {
          here = null;
          return true;
        }
        if (step == null && !waited(end)) {
          return false;
        }
      }
      if (step != null) {
        step.run();
      }
    }
  }

  /** Waits for a step. Returns false if the moment is over, or if no step can come within it. */
  @GuardedBy("this")
  private boolean waited(long end) {
    Body body = this.body;
    // Where the thread cannot be given back it waits on: whoever decides always answers.
    long left = request.isAsyncSupported() ? end - calls.nanos() : MOMENT;
    if (left <= 0 || (body != null && body.missing())) {
      return false;
    }
    try {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Gives the container its thread back until a step comes. */
  private void park(CompletableFuture<Reply> reply) {
    Body missing = body != null && body.missing() ? body : null;
    long left = begun + calls.bodyTimeout().toNanos() - calls.nanos();
    AsyncContext context = missing == null
        ? async(0, Call::dispatch) // no timeout: whoever decides always answers
        : async(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)), timedOut -> {
          missing.late();
          dispatch(timedOut);
        });
    if (missing != null) {
      listen(missing);
    }
    boolean more;
    synchronized (this) {
      here = null;
      more = !steps.isEmpty() || reply.isDone();
      parked = more ? null : context;
    }
    if (more) {
      dispatch(context);
    }
  }

  private void listen(Body body) {
    try {
      body.listen(request.getInputStream());
    } catch (IOException e) {
      body.late();
    }
  }

  /** @param timeout run after {@code timeoutMillis}; never if that is 0 */
  private AsyncContext async(long timeoutMillis, Consumer<AsyncContext> timeout) {
    request.setAttribute(ATTRIBUTE, this);
    AsyncContext context = request.startAsync();
    context.setTimeout(timeoutMillis);
    context.addListener(new Ends(timeout));
    return context;
  }

  private static void dispatch(AsyncContext context) {
    try {
      context.dispatch();
    } catch (RuntimeException e) { // it is dispatched already, or its client is gone
      LOG.log(Level.DEBUG, () -> "could not dispatch a request: " + e);
    }
  }

  private static void complete(AsyncContext context) {
    try {
      context.complete();
    } catch (RuntimeException e) { // the container had already completed it
      LOG.log(Level.DEBUG, () -> "could not complete a request: " + e);
    }
  }

  /**
   * Ends a call whose answer is written and whose body was not read to its end, so that no thread
   * waits for the rest of the body. On Undertow only a dispatch does that. Tomcat just closes the
   * connection, since the answer says so. There a dispatch would log a stack trace while the
   * application stops: Tomcat forgets the paths first, then waits two seconds for calls such as
   * this one, and only then tells the application.
   */
  private void endUnread(AsyncContext context) {
    if (isUndertow(request)) {
      dispatch(context);
    } else {
      complete(context);
    }
  }

  /** Writes a short answer on this thread if it may block; any other as its client takes it. */
  private void answer(Reply reply) {
    over = true;
    release();
    byte[] bytes = bytes(reply);
    if (!request.isAsyncSupported()) {
      write(reply, bytes);
    } else if (bytes.length <= SHORT && calls.mayStand()) {
      try {
        if (isUnread()) {
          async(LINGER, this::endUnread);
        }
        write(reply, bytes);
      } finally {
        calls.stood();
      }
    } else if (calls.take(bytes.length)) {
      answerTaken.set(bytes.length);
      try {
        writeAsItIsTaken(reply, bytes);
      } catch (RuntimeException | Error e) { // nobody else would give the room back
        release();
        throw e;
      }
    } else { // the few bytes of this refusal are not counted
      Reply busy = Reply.of(Refusal.busy("answer", "cannot be given now: too many are under way"));
      writeAsItIsTaken(busy, bytes(busy));
    }
  }

  private static byte[] bytes(Reply reply) {
    return reply.json().getBytes(StandardCharsets.UTF_8);
  }

  /** Returns whether the client may still send some of its body. */
  private boolean isUnread() {
    return request.getProtocol().startsWith("HTTP/1.") // later versions end a stream by themselves
        && Body.declared(request)
        && (body == null || !body.ended());
  }

  private void head(Reply reply) {
    calls.answering(request, reply);
    response.setStatus(reply.status());
    response.setContentType("application/json");
    response.setHeader("Cache-Control", "no-store");
    reply.headers().forEach(response::setHeader);
    if (isUnread()) {
      response.setHeader("Connection", "close");
    }
  }

  private void write(Reply reply, byte[] bytes) {
    head(reply);
    response.setContentLength(bytes.length);
    try (ServletOutputStream out = response.getOutputStream()) {
      out.write(bytes);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, () -> "the client did not wait for its answer: " + e);
    }
  }

  /**
   * Writes an answer as its client takes it. Sets no Content-Length: with one, Tomcat would make
   * the thread that writes the last byte wait until the socket has taken everything.
   */
  private void writeAsItIsTaken(Reply reply, byte[] bytes) {
    head(reply);
    response.setBufferSize(1); // otherwise Undertow keeps a tail that the socket did not take
    boolean unread = isUnread();
    long millis = calls.standstill().toMillis() * (1 + bytes.length / PORTION);
    // Undertow breaks the connection when an answer times out. Tomcat would make a thread wait for
    // the rest of the answer, but gives up by itself on a socket that takes nothing.
    AsyncContext context = async(isUndertow(request) ? millis : 0, timedOut -> release());
    try {
      ServletOutputStream out = response.getOutputStream();
      long deadline = calls.nanos() + TimeUnit.MILLISECONDS.toNanos(millis);
      out.setWriteListener(new Writing(out, bytes, calls, deadline, failure -> {
        release();
        if (unread && failure == null) {
          endUnread(context);
        } else {
          complete(context);
        }
      }));
    } catch (IOException | IllegalStateException e) {
      release();
      complete(context);
    }
  }

  private static boolean isUndertow(HttpServletRequest request) {
    return request.getServletContext().getClass().getName().startsWith("io.undertow.");
  }

  private void release() {
    if (body != null) {
      body.give();
    }
    calls.give(answerTaken.getAndSet(0));
  }

  /** Hears from the container how a request ends while no thread has the call. */
  private final class Ends implements AsyncListener {
    private final Consumer<AsyncContext> timeout;

    Ends(Consumer<AsyncContext> timeout) {
      this.timeout = timeout;
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      timeout.accept(event.getAsyncContext());
    }

    @Override
    public void onError(AsyncEvent event) {
      release();
      complete(event.getAsyncContext());
    }

    @Override
    public void onComplete(AsyncEvent event) {}

    @Override
    public void onStartAsync(AsyncEvent event) {}
  }
}
