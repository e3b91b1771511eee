package io.heartline.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Publishes to the pages of a Heartline server, and disconnects them:
 *
 * <pre>{@code
 * HeartlineClient client =
 *     HeartlineClient.builder(URI.create("http://127.0.0.1:8080/heartline/"), key).build();
 * client.publish(Message.toChannel("order:42", "{\"state\":\"shipped\"}"));
 * }</pre>
 *
 * <p>Make one for the whole application, and close it with the application. All methods may be
 * called by any number of threads. None waits for the network: {@link #publish} puts the message
 * into a queue, from where many go in one call. If the queue is full it waits no longer than
 * {@link Builder#waiting} says, which is not at all by default, and then the future fails with
 * {@link HeartlineException.QueueFull}.
 *
 * <p>Messages are published in the order in which they were given. What the server could not take,
 * or did not answer, is sent again with the same id, after the time that the server says
 * ({@code Retry-After}) or one that grows; so nothing is published twice. It is given up after
 * {@link Builder#patience}; then the future fails with {@link HeartlineException.NoAnswer}.
 *
 * <p>Futures are completed one after the other by one thread of the client: what you do there
 * should be short, or go on elsewhere ({@code thenAcceptAsync}).
 */
public final class HeartlineClient implements AutoCloseable {
  /** How a client is made. */
  public static final class Builder {
    private final URI address;
    private final String key;
    private Duration timeout = Duration.ofSeconds(10);
    private Duration patience = Duration.ofMinutes(1);
    private Duration waiting = Duration.ZERO;
    private Duration closing = Duration.ofSeconds(5);
    private int queueBytes = 16 << 20;
    private int bodyBytes = 256 << 10;

    private Builder(URI address, String key) {
      String text = address.toString();
      if (!text.matches("https?://.+") || text.contains("?") || text.contains("#")) {
        throw new IllegalArgumentException(
            "address must be http://HOST/PATH/ or https://HOST/PATH/: " + address);
      }
      if (!key.matches("[!-~]+")) {
        throw new IllegalArgumentException("key must be one word of plain ASCII");
      }
      this.address = URI.create(text.endsWith("/") ? text : text + "/");
      this.key = key;
    }

    private static Duration within(String name, Duration value, Duration least, Duration most) {
      if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
        throw new IllegalArgumentException(
            name + " must be between " + least + " and " + most + ": " + value);
      }
      return value;
    }

    private static int atLeast(String name, int least, int value) {
      if (value < least) {
        throw new IllegalArgumentException(name + " must be at least " + least + ": " + value);
      }
      return value;
    }

    /** Sets how long one call may take before it is made again; 10 s by default. */
    public Builder timeout(Duration timeout) {
      this.timeout = within("timeout", timeout, Duration.ofMillis(10), Duration.ofMinutes(10));
      return this;
    }

    /**
     * Sets how long a message is tried, from when it was given; 1 minute by default. At most 50
     * minutes, because the server remembers ids for an hour ({@code heartline.publish.ids.age}).
     */
    public Builder patience(Duration patience) {
      this.patience = within("patience", patience, Duration.ofMillis(10), Duration.ofMinutes(50));
      return this;
    }

    /**
     * Sets how long a thread that publishes may wait for room in the queue; not at all by default.
     */
    public Builder waiting(Duration waiting) {
      this.waiting = within("waiting", waiting, Duration.ZERO, Duration.ofMinutes(10));
      return this;
    }

    /** Sets how long {@link HeartlineClient#close} waits for answers; 5 s by default. */
    public Builder closing(Duration closing) {
      this.closing = within("closing", closing, Duration.ZERO, Duration.ofMinutes(10));
      return this;
    }

    /**
     * Sets how many bytes the messages that wait may take together; 16 MiB by default. Each takes
     * the size of its JSON and 256 bytes.
     */
    public Builder queueBytes(int bytes) {
      queueBytes = atLeast("queueBytes", 1024, bytes);
      return this;
    }

    /**
     * Sets the largest body of a call; 256 KiB by default, as {@code heartline.api.body} is. A
     * message that is larger goes in a call of its own.
     */
    public Builder bodyBytes(int bytes) {
      bodyBytes = atLeast("bodyBytes", 1024, bytes);
      return this;
    }

    /** Makes the client. */
    public HeartlineClient build() {
      return new HeartlineClient(this);
    }
  }

  private final ClientThreads threads = new ClientThreads();
  private final Calling calling;
  private final PublishQueue queue;
  private final Room room;
  private final Duration patience;
  private final Duration closing;

  /** Begins the ids that this client makes: no other client makes the same. */
  private final String run;

  private final AtomicLong made = new AtomicLong();

  /** What callers wait for. Guarded by itself. */
  private final Set<CompletableFuture<?>> unanswered = new HashSet<>();

  /** Nothing more is taken. Guarded by {@code unanswered}. */
  private boolean closed;

  private HeartlineClient(Builder builder) {
    patience = builder.patience;
    closing = builder.closing;
    room = new Room(builder.queueBytes, builder.waiting);
    calling = new Calling(builder.address, builder.key, builder.timeout, threads.http());
    queue = new PublishQueue(calling, threads.timer(), threads.answers(), builder.bodyBytes);
    byte[] bits = new byte[16];
    new SecureRandom().nextBytes(bits);
    run = "j" + Base64.getUrlEncoder().withoutPadding().encodeToString(bits) + "-";
  }

  /**
   * Begins to make a client.
   *
   * @param address of the server with its context, such as {@code http://10.0.0.7:8080/heartline/}
   * @param key with the scopes {@code publish} or {@code disconnect}, or both
   * @throws IllegalArgumentException if one of them cannot be used
   */
  public static Builder builder(URI address, String key) {
    return new Builder(address, key);
  }

  /**
   * Publishes a message.
   *
   * @return where it stands in each of its channels, in their order, once that is on the server's
   *     disk; fails with a {@link HeartlineException}. Whoever cancels it gives the message up, if
   *     it was not sent yet
   */
  public CompletableFuture<List<Published>> publish(Message message) {
    byte[] json = message.json(run + Long.toString(made.incrementAndGet(), 36)).getBytes(UTF_8);
    CompletableFuture<List<Published>> answer = new CompletableFuture<>();
    if (enter(answer, json.length)) {
      queue.add(json, answer);
    }
    return answer;
  }

  /**
   * Publishes messages in their order.
   *
   * @return completed once all are published; fails as soon as one cannot be, while the others go
   *     on
   */
  public CompletableFuture<Void> publishAll(Collection<Message> messages) {
    CompletableFuture<Void> all = new CompletableFuture<>();
    List<CompletableFuture<?>> each = new ArrayList<>(messages.size());
    for (Message message : messages) {
      CompletableFuture<?> one = publish(message);
      one.whenComplete((done, failure) -> {
        if (failure != null) {
          all.completeExceptionally(failure);
        }
      });
      each.add(one);
    }
    CompletableFuture.allOf(each.toArray(new CompletableFuture<?>[0]))
        .thenRun(() -> all.complete(null));
    return all;
  }

  /**
   * Closes lines, and keeps a user or credentials out if that is asked for.
   *
   * @return how many lines were closed; fails with a {@link HeartlineException}. If the call had to
   *     be made again, the lines that the first one closed are not counted
   */
  public CompletableFuture<Integer> disconnect(Disconnect whom) {
    String json = whom.json();
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    if (enter(answer, json.length())) {
      disconnect(json, answer, 1);
    }
    return answer;
  }

  /** @param call the number of this call, from 1 */
  private void disconnect(String json, CompletableFuture<Integer> answer, int call) {
    if (answer.isDone()) {
      return;
    }
    calling
        .post("api/disconnect", BodyPublishers.ofString(json))
        .thenAcceptAsync(
            got -> {
              Map<String, Object> read = got.status() == 200 ? Json.object(got.body()) : null;
              if (read != null && read.get("closed") instanceof Long count) {
                threads.answers().execute(() -> answer.complete(count.intValue()));
              } else if (got.status() == 200 || got.isAgain()) {
                threads
                    .timer()
                    .schedule(
                        () -> disconnect(json, answer, call + 1),
                        Calling.restMillis(got, call),
                        TimeUnit.MILLISECONDS);
              } else {
                threads.answers().execute(() -> answer.completeExceptionally(got.refusal()));
              }
            },
            threads.timer());
  }

  /** Lets something in that will be answered; returns false if there is no room for it. */
  private boolean enter(CompletableFuture<?> answer, int length) {
    int taken = room.take(length);
    if (taken == 0) {
      answer.completeExceptionally(new HeartlineException.QueueFull("the queue is full"));
      return false;
    }
    boolean late;
    synchronized (unanswered) {
      late = closed;
      if (!late) {
        unanswered.add(answer);
      }
    }
    Future<?> timer = late ? null : patience(answer);
    answer.whenComplete((done, failure) -> {
      synchronized (unanswered) {
        unanswered.remove(answer);
      }
      room.give(taken);
      if (timer != null) {
        timer.cancel(false);
      }
    });
    if (timer == null) {
      answer.completeExceptionally(new HeartlineException.Closed("the client is closed"));
    }
    return timer != null;
  }

  /** Gives up when the patience is over. Returns null if the client was closed meanwhile. */
  private @Nullable Future<?> patience(CompletableFuture<?> answer) {
    String message = "no answer within " + patience + "; it may have been taken all the same";
    try {
      return threads
          .timer()
          .schedule(
              () -> threads
                  .answers()
                  .execute(
                      () -> answer.completeExceptionally(new HeartlineException.NoAnswer(message))),
              patience.toMillis(),
              TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      return null;
    }
  }

  /**
   * Takes nothing more, sends what waits, and waits for the answers for as long as
   * {@link Builder#closing} says. What has none then fails with {@link HeartlineException.Closed}.
   * Do not call it where futures are completed.
   */
  @Override
  public void close() {
    List<CompletableFuture<?>> rest;
    synchronized (unanswered) {
      closed = true;
      rest = List.copyOf(unanswered);
    }
    CompletableFuture<Void> all =
        CompletableFuture.allOf(rest.toArray(new CompletableFuture<?>[0]));
    try {
      all.get(closing.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // Some have failed, which their callers are told, or are late, which they are told below.
      rest = rest.stream().filter(one -> !one.isDone()).toList();
    }
    rest.forEach(one -> one.completeExceptionally(new HeartlineException.Closed(
        "the client was closed before the answer came; it may have been taken all the same")));
    calling.close();
    threads.end();
  }
}
