package io.heartline.protocol.json;

import io.heartline.protocol.JsonText;
import io.heartline.protocol.Push;
import org.jspecify.annotations.Nullable;

/** The text of each push. */
final class PushWriter {
  private final StringBuilder text = new StringBuilder(96);

  private PushWriter() {}

  static String write(Push push) {
    PushWriter writer = new PushWriter();
    writer.append(push);
    return writer.text.append('}').toString();
  }

  private void append(Push push) {
    if (push instanceof Push.Beat beat) {
      open("beat").append(beat.time());
    } else if (push instanceof Push.Probed probed) {
      open("probed").append(probed.number());
    } else if (push instanceof Push.Subscribed subscribed) {
      open("subscribed").append('"').append(subscribed.channel()).append('"');
      field("position", subscribed.start().position().toString());
      text.append(",\"recovered\":").append(subscribed.start().recovered());
      var reason = subscribed.start().reason();
      field("reason", reason == null ? null : reason.word());
    } else if (push instanceof Push.Gap gap) {
      open("gap").append('"').append(gap.channel()).append('"');
      field("position", gap.position().toString());
      field("reason", gap.reason().word());
    } else if (push instanceof Push.Unsubscribed unsubscribed) {
      open("unsubscribed").append('"').append(unsubscribed.channel()).append('"');
      field("reason", unsubscribed.reason());
    } else if (push instanceof Push.Welcome welcome) {
      welcome(welcome);
    } else if (push instanceof Push.Bye bye) {
      open("bye").append("{\"code\":").append(bye.status().code());
      field("reason", bye.status().reason());
      text.append(",\"reconnect\":")
          .append(bye.reconnect())
          .append(",\"delay\":")
          .append(bye.delay())
          .append('}');
    } else if (push instanceof Push.Expiring expiring) {
      open("expiring").append(expiring.in());
    } else if (push instanceof Push.Error error) {
      open("error").append("{\"code\":\"").append(error.code()).append('"');
      field("message", error.message());
      field("about", error.about());
      text.append('}');
    } else if (push instanceof Push.Text said) {
      open("text");
      JsonText.appendQuoted(text, said.text());
    }
  }

  private void welcome(Push.Welcome welcome) {
    open("welcome").append("{\"line\":\"").append(welcome.line()).append('"');
    field("instance", welcome.instance());
    field("user", welcome.user());
    text.append(",\"beat\":").append(welcome.beat());
    text.append(",\"grace\":").append(welcome.grace());
    text.append(",\"time\":").append(welcome.time());
    text.append(",\"limits\":{\"message\":").append(welcome.maxMessageBytes());
    text.append(",\"channels\":").append(welcome.maxChannels()).append("}}");
  }

  private StringBuilder open(String name) {
    return text.append("{\"").append(name).append("\":");
  }

  private void field(String name, @Nullable String value) {
    if (value != null) {
      text.append(",\"").append(name).append("\":");
      JsonText.appendQuoted(text, value);
    }
  }
}
