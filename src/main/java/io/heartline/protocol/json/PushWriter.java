package io.heartline.protocol.json;

import io.heartline.protocol.JsonText;
import io.heartline.protocol.Push;
import org.jspecify.annotations.Nullable;

/** Writes each kind of push as a JSON object. */
final class PushWriter implements Push.Cases<StringBuilder> {
  private final StringBuilder text = new StringBuilder(96);

  private PushWriter() {}

  static String write(Push push) {
    return push.accept(new PushWriter()).append('}').toString();
  }

  @Override
  public StringBuilder beat(Push.Beat beat) {
    return open("beat").append(beat.time());
  }

  @Override
  public StringBuilder probed(Push.Probed probed) {
    return open("probed").append(probed.number());
  }

  @Override
  public StringBuilder subscribed(Push.Subscribed subscribed) {
    open("subscribed").append('"').append(subscribed.subscription().channel()).append('"');
    field("position", subscribed.start().position().toString());
    text.append(",\"recovered\":").append(subscribed.start().recovered());
    var reason = subscribed.start().reason();
    return field("reason", reason == null ? null : reason.word());
  }

  @Override
  public StringBuilder gap(Push.Gap gap) {
    open("gap").append('"').append(gap.subscription().channel()).append('"');
    field("position", gap.position().toString());
    return field("reason", gap.reason().word());
  }

  @Override
  public StringBuilder unsubscribed(Push.Unsubscribed unsubscribed) {
    open("unsubscribed")
        .append('"')
        .append(unsubscribed.subscription().channel())
        .append('"');
    return field("reason", unsubscribed.reason());
  }

  @Override
  public StringBuilder welcome(Push.Welcome welcome) {
    open("welcome").append("{\"line\":\"").append(welcome.line()).append('"');
    field("instance", welcome.instance());
    field("user", welcome.user());
    text.append(",\"beat\":").append(welcome.beat());
    text.append(",\"grace\":").append(welcome.grace());
    text.append(",\"time\":").append(welcome.time());
    text.append(",\"limits\":{\"message\":").append(welcome.maxMessageBytes());
    return text.append(",\"channels\":").append(welcome.maxChannels()).append("}}");
  }

  @Override
  public StringBuilder bye(Push.Bye bye) {
    open("bye").append("{\"code\":").append(bye.status().code());
    field("reason", bye.status().reason());
    text.append(",\"reconnect\":").append(bye.reconnect());
    text.append(",\"delay\":").append(bye.delay());
    if (bye.spread() > 0) {
      text.append(",\"spread\":").append(bye.spread());
    }
    return text.append('}');
  }

  @Override
  public StringBuilder expiring(Push.Expiring expiring) {
    return open("expiring").append(expiring.in());
  }

  @Override
  public StringBuilder error(Push.Error error) {
    open("error").append("{\"code\":\"").append(error.code()).append('"');
    field("message", error.message());
    field("about", error.about());
    field("id", error.name());
    return text.append('}');
  }

  @Override
  public StringBuilder published(Push.Published published) {
    open("published").append('"').append(published.channel()).append('"');
    field("position", published.position().toString());
    return field("id", published.id());
  }

  /** Pages ask for no receipts: each of their commands is answered. */
  @Override
  public StringBuilder receipt(Push.Receipt receipt) {
    return open("receipt").append(JsonText.quote(receipt.receipt()));
  }

  @Override
  public StringBuilder text(Push.Text said) {
    open("text");
    JsonText.appendQuoted(text, said.text());
    return text;
  }

  private StringBuilder open(String name) {
    return text.append("{\"").append(name).append("\":");
  }

  private StringBuilder field(String name, @Nullable String value) {
    if (value != null) {
      text.append(",\"").append(name).append("\":");
      JsonText.appendQuoted(text, value);
    }
    return text;
  }
}
