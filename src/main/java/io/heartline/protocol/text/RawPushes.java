package io.heartline.protocol.text;

import io.heartline.protocol.Push;
import java.util.Optional;

/** What a raw client can be told: plain answers and beats. There are no words for anything else. */
final class RawPushes implements Push.Cases<Optional<String>> {
  static final RawPushes WORDS = new RawPushes();

  private RawPushes() {}

  @Override
  public Optional<String> text(Push.Text text) {
    return Optional.of(text.text());
  }

  @Override
  public Optional<String> beat(Push.Beat beat) {
    return Optional.of("HeartBeat");
  }

  @Override
  public Optional<String> welcome(Push.Welcome welcome) {
    return Optional.empty();
  }

  @Override
  public Optional<String> subscribed(Push.Subscribed subscribed) {
    return Optional.empty();
  }

  @Override
  public Optional<String> unsubscribed(Push.Unsubscribed unsubscribed) {
    return Optional.empty();
  }

  @Override
  public Optional<String> gap(Push.Gap gap) {
    return Optional.empty();
  }

  @Override
  public Optional<String> probed(Push.Probed probed) {
    return Optional.empty();
  }

  @Override
  public Optional<String> bye(Push.Bye bye) {
    return Optional.empty();
  }

  @Override
  public Optional<String> expiring(Push.Expiring expiring) {
    return Optional.empty();
  }

  @Override
  public Optional<String> receipt(Push.Receipt receipt) {
    return Optional.empty();
  }

  /** Clients of raw text publish nothing. */
  @Override
  public Optional<String> published(Push.Published published) {
    return Optional.empty();
  }

  @Override
  public Optional<String> error(Push.Error error) {
    return Optional.empty();
  }
}
