package io.heartline.engine;

import io.heartline.model.OneLine;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * This node and the others. What is meant for a line of another node is said to that node:
 *
 * <pre>
 * seat replaced &lt;line&gt; &lt;claim&gt;    close it: that claim took its seat
 * seat silent &lt;line&gt;              close it: it did not answer
 * seat probe &lt;number&gt; &lt;line&gt;      does it live?
 * seat probed &lt;number&gt; yes|no     the answer
 * </pre>
 *
 * The first two may be lost, and then the line's own node finds out by looking into the book.
 */
final class ClusterNodes implements Nodes {
  private static final Logger LOG = System.getLogger(ClusterNodes.class.getName());

  /** The first word of what is said here. */
  private static final String TOPIC = "seat ";

  /** How long an answer may be on its way, once the line has answered or failed to. */
  private static final Duration WAY = Duration.ofSeconds(1);

  private final Bus bus;
  private final LocalNodes local;
  private final Timers timers;
  private final LongSupplier nanos;
  private final Duration patience;
  private final Questions<Boolean> probes;

  ClusterNodes(Bus bus, LocalNodes local, Timers timers, LongSupplier nanos, Duration probe) {
    this.bus = bus;
    this.local = local;
    this.timers = timers;
    this.nanos = nanos;
    patience = probe.plus(WAY);
    probes = new Questions<>(bus, timers, nanos);
  }

  private boolean isHere(Holder holder) {
    return holder.node().equals(bus.node());
  }

  @Override
  public void replaced(Holder holder, long by) {
    if (isHere(holder)) {
      local.replaced(holder, by);
    } else {
      bus.send(holder.node(), TOPIC + "replaced " + holder.line() + ' ' + by);
    }
  }

  @Override
  public void silent(Holder holder) {
    if (isHere(holder)) {
      local.silent(holder);
    } else {
      bus.send(holder.node(), TOPIC + "silent " + holder.line());
    }
  }

  /** A node whose lease has run out is not asked. */
  @Override
  public CompletionStage<Boolean> probe(Holder holder) {
    if (isHere(holder)) {
      return local.probe(holder);
    }
    if (bus.nodes().contains(holder.node())) {
      return ask(holder);
    }
    return bus.look() // it may be newer than what is known here
        .handle((living, failure) -> failure != null || living.contains(holder.node()))
        .thenCompose(lives -> lives ? ask(holder) : CompletableFuture.completedStage(false));
  }

  private CompletionStage<Boolean> ask(Holder holder) {
    return probes
        .judge(holder.node(), number -> TOPIC + "probe " + number + ' ' + holder.line(), patience)
        .thenApply(lives -> lives.orElse(false));
  }

  /** A message came from another node. */
  void heard(String from, String message) {
    if (!message.startsWith(TOPIC)) {
      return;
    }
    String[] words = message.split(" ");
    try {
      switch (words[1]) {
        case "replaced" -> local.replaced(words[2], Long.parseLong(words[3]));
        case "silent" -> local.silent(words[2]);
        case "probe" -> probed(from, Long.parseLong(words[2]), words[3]);
        case "probed" -> answered(from, Long.parseLong(words[2]), words[3].equals("yes"));
        default -> ignore(from, message, null);
      }
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      ignore(from, message, e);
    }
  }

  private static void ignore(String from, String message, @Nullable Exception cause) {
    LOG.log(
        Level.DEBUG,
        () -> "ignored what node " + OneLine.of(from) + " said: " + OneLine.of(message),
        cause);
  }

  private void probed(String from, long number, String line) {
    local
        .probe(line)
        .thenAccept(lives -> bus.send(from, TOPIC + "probed " + number + (lives ? " yes" : " no")));
  }

  private void answered(String from, long number, boolean lives) {
    // timers complete it, so that a listening thread does no claimant's work
    timers.at(nanos.getAsLong(), () -> probes.answered(from, number, lives));
  }
}
