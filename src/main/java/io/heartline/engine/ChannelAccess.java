package io.heartline.engine;

import static io.heartline.engine.Steps.DONE;
import static io.heartline.engine.Steps.then;

import io.heartline.engine.Steps.Step;
import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.CloseStatus;
import io.heartline.model.Identity;
import io.heartline.protocol.Manner;
import io.heartline.protocol.Push;
import io.heartline.protocol.Subscription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What one line reads, and whether it may: rights are asked before it starts to, and again when
 * they or its identity change. Its steps belong to the line's {@link Conversation}.
 */
final class ChannelAccess {
  /** How long after an answer that could not be had it is asked for again, in milliseconds. */
  private static final long AGAIN_MILLIS = 10_000;

  private final Line line;
  private final Engine engine;
  private final Manner manner;
  private final Subscriptions subscriptions;
  private final Writer writer;
  private final Steps steps;

  /**
   * Until when rights hold that end by themselves, in milliseconds since 1970. Touched by steps
   * only.
   */
  private final Map<Subscription, Long> ends = new HashMap<>(2);

  /** Those of them that a token has opened: it holds until then, whatever rights say. */
  private final Set<Subscription> byToken = new HashSet<>(2);

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
  CompletionStage<Rights.Decision> may(ChannelName channel) {
    return may(Rights.Action.SUBSCRIBE, channel);
  }

  /** Asks whether the line may do something. Never fails. */
  CompletionStage<Rights.Decision> may(Rights.Action action, ChannelName channel) {
    return engine.rights().may(line.identity(), action, channel).handle((decision, failure) -> {
      if (decision == null) {
        engine.faults().failed("rights could not be asked", line, failure);
        return Rights.Decision.UNKNOWN;
      }
      return decision;
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
    ends.remove(subscription);
    byToken.remove(subscription);
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

  /**
   * Reading has begun: until when it may go on is known from the decision.
   *
   * @param token whether a token has opened it
   */
  void begun(Subscription subscription, Rights.Decision decision, boolean token) {
    if (token) {
      byToken.add(subscription);
    }
    if (decision.untilMillis() != Identity.NEVER) {
      ends.put(subscription, decision.untilMillis());
      awaitNext();
    }
  }

  /** Asks again for everything that is read: what may no longer be is taken off the line. */
  CompletionStage<Step> review() {
    long now = engine.epochMillis();
    return review(all().stream()
        .filter(subscription -> !byToken.contains(subscription) || hasEnded(subscription, now))
        .toList());
  }

  /** Asks again for what may be read until now only. */
  CompletionStage<Step> reviewEnded() {
    long now = engine.epochMillis();
    return review(
        all().stream().filter(subscription -> hasEnded(subscription, now)).toList());
  }

  private boolean hasEnded(Subscription subscription, long nowMillis) {
    return ends.getOrDefault(subscription, Identity.NEVER) <= nowMillis;
  }

  private CompletionStage<Step> review(List<Subscription> subscriptions) {
    List<Step> next = new ArrayList<>();
    for (Subscription subscription : subscriptions) {
      next.add(() -> then(may(subscription.channel()), decision -> review(subscription, decision)));
    }
    next.add(() -> {
      awaitNext();
      return DONE;
    });
    steps.addFirst(next);
    return DONE;
  }

  /** What is not known takes nothing away, and is asked for again. */
  private CompletionStage<Step> review(Subscription subscription, Rights.Decision decision) {
    switch (decision.may()) {
      case YES -> {
        ends.put(subscription, decision.untilMillis());
        byToken.remove(subscription);
      }
      case UNKNOWN ->
        ends.put(
            subscription,
            engine.epochMillis() + AGAIN_MILLIS + (long) (engine.random() * AGAIN_MILLIS));
      case NO -> {
        return end(subscription);
      }
    }
    return DONE;
  }

  private CompletionStage<Step> end(Subscription subscription) {
    boolean expired = byToken.contains(subscription); // a new token opens it again
    if (!manner.hasWords() || manner.endsWithErrors()) { // it could not be told, and would wait
      return line.refuse(steps, expired ? CloseStatus.EXPIRED : CloseStatus.FORBIDDEN, 0);
    }
    stop(subscription, new Push.Unsubscribed(subscription, expired ? "expired" : "forbidden"));
    return DONE;
  }

  private void awaitNext() {
    ends.values().removeIf(end -> end == Identity.NEVER);
    ends.values().stream().min(Long::compare).ifPresent(line::reviewAt);
  }
}
