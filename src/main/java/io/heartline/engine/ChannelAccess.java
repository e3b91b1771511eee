package io.heartline.engine;

import static io.heartline.engine.Steps.DONE;
import static io.heartline.engine.Steps.then;

import io.heartline.engine.Steps.Step;
import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.CloseStatus;
import io.heartline.protocol.Manner;
import io.heartline.protocol.Push;
import io.heartline.protocol.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What one line reads, and whether it may: rights are asked before it starts to, and again when
 * they or its identity change. Its steps belong to the line's {@link Conversation}.
 */
final class ChannelAccess {
  /** The answer of rights. */
  enum May {
    YES,
    NO,
    /** Rights could not be asked. */
    UNKNOWN
  }

  private final Line line;
  private final Engine engine;
  private final Manner manner;
  private final Subscriptions subscriptions;
  private final Writer writer;
  private final Steps steps;

  ChannelAccess(
      Line line,
      Engine engine,
      Manner manner,
      Subscriptions subscriptions,
      Writer writer,
      Steps steps) {
    this.line = line;
    this.engine = engine;
    this.manner = manner;
    this.subscriptions = subscriptions;
    this.writer = writer;
    this.steps = steps;
  }

  /** Asks whether the line may read a channel. Never fails. */
  CompletionStage<May> may(ChannelName channel) {
    return engine
        .rights()
        .may(line.identity(), Rights.Action.SUBSCRIBE, channel)
        .handle((may, failure) -> {
          if (may == null) {
            engine.faults().failed("rights could not be asked", line, failure);
            return May.UNKNOWN;
          }
          return may ? May.YES : May.NO;
        });
  }

  /** Starts to read a channel, whatever rights say. */
  CompletionStage<Subscriptions.Verdict> start(Subscription subscription, From from) {
    return subscriptions.add(
        subscription, from, start -> engine.events().subscribed(line, subscription, start));
  }

  /**
   * Stops to read a channel, and tells the client so.
   *
   * @return false if it was not read
   */
  boolean stop(Subscription subscription, Push.Unsubscribed answer) {
    Cursor cursor = subscriptions.remove(subscription);
    if (cursor == null) {
      return false;
    }
    writer.stopReading(cursor, answer);
    engine.events().unsubscribed(line, subscription);
    return true;
  }

  /** Returns the cursor of a subscription, or null if it is not read. */
  @Nullable
  Cursor cursor(Subscription subscription) {
    return subscriptions.cursor(subscription);
  }

  /** Returns what is read now. */
  List<Subscription> all() {
    return subscriptions.all();
  }

  /** Asks again for everything that is read: what may no longer be is taken off the line. */
  CompletionStage<Step> review() {
    List<Step> next = new ArrayList<>();
    for (Subscription subscription : all()) {
      next.add(() -> then(may(subscription.channel()), may -> review(subscription, may)));
    }
    steps.addFirst(next);
    return DONE;
  }

  /** What is not known takes nothing away. */
  private CompletionStage<Step> review(Subscription subscription, May may) {
    if (may != May.NO) {
      return DONE;
    }
    if (!manner.hasWords() || manner.endsWithErrors()) { // it could not be told, and would wait
      return line.refuse(steps, CloseStatus.FORBIDDEN, 0);
    }
    stop(subscription, new Push.Unsubscribed(subscription, "forbidden"));
    return DONE;
  }
}
