package io.heartline.api;

import com.google.errorprone.annotations.concurrent.GuardedBy;
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
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: its headers are judged, its body comes, it is decided about, it is
 * answered. It goes on at once, on the thread on which the container has brought it, as long as
 * what it waits for is there or comes within a moment. Else the container gets its thread back, and
 * brings the call again, by a dispatch, when there is something to do. So no call holds a thread
 * for longer than a moment, whatever its client and the store do.
 *
 * <p>Who does not read a body to its end must end such a call by a dispatch, never by completing
 * it: that is the one way on which neither Tomcat nor Undertow has a thread wait for what is left
 * of the body. With {@code Connection: close} in the answer both close the connection then.
 *
 * <p>A stage that somebody else completes is gone on with by {@link #then}, which has the next step
 * run where the call stands.
 */
final class Call implements Executor {
  private static final Logger LOG = System.getLogger(Call.class.getName());
  private static final String ATTRIBUTE = Call.class.getName();

  /** A disk that is well has long forced a group by then. */
  private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(20);

  /**
   * How long a client that was refused has to see why, in ms: a connection that is closed while
   * bytes of it lie there takes the answer with it.
   */
  private static final int LINGER = 1_000;

  /** A longer answer may stand in a socket for a while, where its client is slow. */
  private static final int SHORT = 8 * 1024;

  /** What the client must take of an answer within the time that it may stand still. */
  private static final int PORTION = 64 * 1024;

  private final Calls calls;
  private final Function<Call, CompletionStage<Reply>> service;
  private final long begun;

  private HttpServletRequest request;
  private HttpServletResponse response;

  /** The container has the reply, or knows that there is none. */
  private boolean over;

  /** Null until the first step is taken. */
  private @Nullable CompletableFuture<Reply> reply;

  /** Null as long as nobody has asked for it. */
  private @Nullable Body body;

  /** What its answer has of the common room. */
  private final AtomicLong answerTaken = new AtomicLong();

  /** What is to be done on the thread that has the call. */
  @GuardedBy("this")
  private final Deque<Runnable> steps = new ArrayDeque<>();

  /** The thread that has the call; null while the container has its thread back. */
  @GuardedBy("this")
  private @Nullable Thread here;

  /** Brings the call again; null if that is under way, or no use. */
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
   * Serves a request that the container has brought, for the first time or again.
   *
   * @param service answers it; may throw a {@link Refusal}, or have its stage fail with one
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

  /** Goes on with a stage, on the thread that has the call. */
  <T, R> CompletionStage<R> then(CompletionStage<T> stage, Function<T, CompletionStage<R>> next) {
    return stage.thenComposeAsync(next, this);
  }

  /**
   * Returns the body as text, once it has come. To be asked for when it is known that the client
   * may send one.
   *
   * @throws Refusal if it is too large already by what was told
   */
  CompletionStage<String> body(int maxBytes) {
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

  /** Where some filter of the server's has forbidden to give threads back. */
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

  /** Runs a step on the thread that has the call, or has the container bring it again. */
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
      return; // the container ends it
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
    CompletableFuture<Reply> reply = served.exceptionally(Reply::failed).toCompletableFuture();
    if (!reply.isDone()) {
      reply.thenRun(() -> execute(() -> {})); // whoever waits for steps looks again
    }
    return reply;
  }

  /** Goes on for a moment. Returns whether it is decided; takes no more steps then. */
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

  /** Waits for a step; returns false if the moment is over, or none can come in it. */
  @GuardedBy("this")
  private boolean waited(long end) {
    Body body = this.body;
    long left = end - calls.nanos();
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
        ? async(0, Call::dispatch) // who decides always answers
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

  /** @param timeout what is done then; 0 ms: never */
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
    } catch (RuntimeException e) { // it is on its way already, or its client is gone
      LOG.log(Level.DEBUG, () -> "not brought again: " + e);
    }
  }

  private static void complete(AsyncContext context) {
    try {
      context.complete();
    } catch (RuntimeException e) { // the container was faster
      LOG.log(Level.DEBUG, () -> "could not be completed: " + e);
    }
  }

  /** What is short is written by the calling thread if it may, the rest as its client takes it. */
  private void answer(Reply reply) {
    over = true;
    release();
    byte[] bytes = bytes(reply);
    if (!request.isAsyncSupported()) {
      write(reply, bytes);
    } else if (bytes.length <= SHORT && calls.mayStand()) {
      try {
        if (isUnread()) {
          async(LINGER, Call::dispatch);
        }
        write(reply, bytes);
      } finally {
        calls.stood();
      }
    } else if (calls.take(bytes.length)) {
      answerTaken.set(bytes.length);
      writeAsItIsTaken(reply, bytes);
    } else { // its own few bytes are not counted
      Reply busy = Reply.of(Refusal.busy("answer", "cannot be given now: too many are under way"));
      writeAsItIsTaken(busy, bytes(busy));
    }
  }

  private static byte[] bytes(Reply reply) {
    return reply.json().getBytes(StandardCharsets.UTF_8);
  }

  /** Returns whether the client may still send some of its body. */
  private boolean isUnread() {
    return request.getProtocol().startsWith("HTTP/1.") // a later one ends a stream by itself
        && Body.declared(request)
        && (body == null || !body.ended());
  }

  private void head(Reply reply) {
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
      LOG.log(Level.DEBUG, () -> "nobody waited for an answer: " + e);
    }
  }

  /**
   * Its length is not told: with the last byte of a length that was, Tomcat has the calling thread
   * wait until the socket has taken all.
   */
  private void writeAsItIsTaken(Reply reply, byte[] bytes) {
    head(reply);
    response.setBufferSize(1); // Undertow would keep a tail that the socket did not take
    boolean unread = isUnread();
    long millis = calls.standstill().toMillis() * (1 + bytes.length / PORTION);
    AsyncContext context = async(breaksAtTimeout(request) ? millis : 0, timedOut -> release());
    try {
      ServletOutputStream out = response.getOutputStream();
      long deadline = calls.nanos() + TimeUnit.MILLISECONDS.toNanos(millis);
      out.setWriteListener(new Writing(out, bytes, calls, deadline, failure -> {
        release();
        if (unread && failure == null) {
          dispatch(context);
        } else {
          complete(context);
        }
      }));
    } catch (IOException | IllegalStateException e) {
      release();
      complete(context);
    }
  }

  /**
   * Undertow breaks the connection of an answer whose time is over. Tomcat would have a thread wait
   * for what it has of the answer; but a socket that takes nothing it gives up by itself.
   */
  private static boolean breaksAtTimeout(HttpServletRequest request) {
    return request.getServletContext().getClass().getName().startsWith("io.undertow.");
  }

  private void release() {
    if (body != null) {
      body.give();
    }
    calls.give(answerTaken.getAndSet(0));
  }

  /** How the container ends what it was given back. */
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
