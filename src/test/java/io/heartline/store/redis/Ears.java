package io.heartline.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Hears a name, and keeps what it heard. */
final class Ears implements Subscriptions.Listener {
  final List<String> heard = new CopyOnWriteArrayList<>();
  final AtomicInteger subscribed = new AtomicInteger();
  final AtomicInteger lost = new AtomicInteger();

  @Override
  public void subscribed() {
    subscribed.incrementAndGet();
  }

  @Override
  public void heard(byte[] message) {
    heard.add(new String(message, UTF_8));
  }

  @Override
  public void lost() {
    lost.incrementAndGet();
  }
}
