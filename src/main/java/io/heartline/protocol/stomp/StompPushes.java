package io.heartline.protocol.stomp;

import io.heartline.model.CloseCause;
import io.heartline.model.CloseStatus;
import io.heartline.protocol.Push;
import io.heartline.protocol.Subscription;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a client of STOMP can be told. */
final class StompPushes implements Push.Cases<Optional<String>> {
  private static final Set<CloseCause> UNREADABLE = Set.of(CloseCause.NOT_TEXT, CloseCause.TOO_BIG);

  private final Map<String, StompSubscription> subscriptions;
  private final Supplier<Version> version;

  /** The client was told of an error; it reads nothing after that. */
  private boolean errorTold;

  StompPushes(Map<String, StompSubscription> subscriptions, Supplier<Version> version) {
    this.subscriptions = subscriptions;
    this.version = version;
  }

  /** CONNECTED. Its headers are not escaped in any version. */
  @Override
  public Optional<String> welcome(Push.Welcome welcome) {
    return Optional.of(new FrameWriter(Version.V1_0, "CONNECTED", 128)
        .header("version", version.get().text())
        .header("heart-beat", Heartbeat.OURS)
        .header("session", welcome.line())
        .header("server", "Heartline")
        .header("user-name", welcome.user())
        .body(""));
  }

  /** Only a start elsewhere than wanted is told, as a gap. */
  @Override
  public Optional<String> subscribed(Push.Subscribed subscribed) {
    var reason = subscribed.start().reason();
    return reason == null
        ? Optional.empty()
        : gap(
            subscribed.subscription(),
            encoding -> encoding.gap(subscribed.start().position(), reason.word()));
  }

  @Override
  public Optional<String> gap(Push.Gap gap) {
    return gap(
        gap.subscription(),
        encoding -> encoding.gap(gap.position(), gap.reason().word()));
  }

  private Optional<String> gap(Subscription subscription, Function<MessageEncoding, String> told) {
    StompSubscription known = subscriptions.get(subscription.id());
    return known == null ? Optional.empty() : Optional.of(told.apply(known.encoding()));
  }

  /** The client knows what it asked for. Of what was taken from it, an ERROR tells. */
  @Override
  public Optional<String> unsubscribed(Push.Unsubscribed unsubscribed) {
    subscriptions.computeIfPresent(
        unsubscribed.subscription().id(), (id, known) -> known.ended() ? null : known);
    return Optional.empty();
  }

  @Override
  public Optional<String> beat(Push.Beat beat) {
    return Optional.of("\n");
  }

  /**
   * A client that must stay away is told why, and one that sent what cannot be read, or it would
   * come back and send it again. Others see only the close.
   */
  @Override
  public Optional<String> bye(Push.Bye bye) {
    CloseStatus status = bye.status();
    boolean isTold = !bye.reconnect() || UNREADABLE.contains(status.cause());
    return isTold && !errorTold
        ? Optional.of(error(status.reason(), String.valueOf(status.code()), null))
        : Optional.empty();
  }

  /** Whoever wants to know asks for a receipt. */
  @Override
  public Optional<String> published(Push.Published published) {
    return Optional.empty();
  }

  @Override
  public Optional<String> error(Push.Error error) {
    return Optional.of(error(error.message(), error.code(), error.name()));
  }

  @Override
  public Optional<String> receipt(Push.Receipt receipt) {
    return Optional.of(new FrameWriter(version.get(), "RECEIPT", 64)
        .header("receipt-id", receipt.receipt())
        .body(""));
  }

  /** @param receipt of the frame that the error is about, or null */
  private String error(String message, String code, @Nullable String receipt) {
    errorTold = true;
    return new FrameWriter(version.get(), "ERROR", 128)
        .header("message", message)
        .header("code", code)
        .header("version", Version.ALL)
        .header("receipt-id", receipt)
        .header("content-type", "text/plain;charset=UTF-8")
        .body(message);
  }

  @Override
  public Optional<String> text(Push.Text text) {
    return Optional.of(text.text());
  }

  @Override
  public Optional<String> probed(Push.Probed probed) {
    return Optional.empty();
  }

  @Override
  public Optional<String> expiring(Push.Expiring expiring) {
    return Optional.empty();
  }
}
