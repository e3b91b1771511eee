package io.heartline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.Position;
import io.heartline.testing.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Publishes one message after the other, and each again with the same {@code id} until it is
 * answered: by the time it is, it must have been published once.
 */
final class Publisher {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final String name;
  private final HttpClient http;
  private final URI publish;
  private final String key;
  private final List<String> channels;
  private final History history;
  private final Random random;
  private final Thread thread;
  private final AtomicInteger acknowledged = new AtomicInteger();
  private final AtomicInteger repeated = new AtomicInteger();
  private final AtomicReference<@Nullable String> refused = new AtomicReference<>();
  private volatile boolean enough;

  Publisher(
      String name,
      HttpClient http,
      URI publish,
      String key,
      List<String> channels,
      History history,
      long seed) {
    this.name = name;
    this.http = http;
    this.publish = publish;
    this.key = key;
    this.channels = channels;
    this.history = history;
    random = new Random(seed);
    thread = new Thread(this::publishAll, name);
    thread.setDaemon(true);
  }

  /** Publishes at random to its channels until it is told to finish. */
  Publisher start() {
    thread.start();
    return this;
  }

  int acknowledged() {
    return acknowledged.get();
  }

  /** Returns how many calls were sent again for want of an answer. */
  int repeated() {
    return repeated.get();
  }

  /** Ends after the message that is under way; returns what was refused for good, or null. */
  @Nullable
  String finish(Duration patience) throws InterruptedException {
    enough = true;
    thread.join(patience.toMillis());
    if (thread.isAlive()) {
      thread.interrupt();
      return name + " never got an answer for its last message";
    }
    return refused.get();
  }

  private void publishAll() {
    try {
      for (int i = 1; !enough && refused.get() == null; i++) {
        String channel = channels.get(random.nextInt(channels.size()));
        String value = name + '-' + i;
        Position position = publishOne(channel, value);
        history.sent(new History.Sent(name, channel, value, position != null, position));
        Thread.sleep(random.nextInt(10));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the end of the run
    }
  }

  /** Publishes one more to a channel, and returns where it stands. */
  Position publishNow(String channel) throws InterruptedException {
    String value = name + '-' + channel;
    Position position = publishOne(channel, value);
    history.sent(new History.Sent(name, channel, value, position != null, position));
    assertThat(position).as(refused.get()).isNotNull();
    return position;
  }

  /** Returns where it stands; null if it was refused for good, which is no fault of the network. */
  private @Nullable Position publishOne(String channel, String value) throws InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(publish)
        .timeout(TIMEOUT)
        .header("Authorization", "Bearer " + key)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString("{\"channel\":\"" + channel + "\",\"data\":\""
            + value + "\",\"id\":\"" + value + "\"}"))
        .build();
    while (true) {
      try {
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() == 200) {
          acknowledged.incrementAndGet();
          return Position.parse(Json.field(answer.body(), "position")).orElseThrow();
        }
        if (answer.statusCode() < 500) {
          refused.set(value + " was refused: " + answer.statusCode() + ' ' + answer.body());
          return null;
        }
      } catch (IOException e) {
        // no answer: it may be published or not
      }
      repeated.incrementAndGet();
      Thread.sleep(20 + random.nextInt(200));
    }
  }
}
