package io.heartline.testing.sockjs;

import io.heartline.protocol.Command;
import io.heartline.protocol.Dialect;
import io.heartline.protocol.Encoding;
import io.heartline.protocol.Manner;
import io.heartline.protocol.Protocol;
import io.heartline.protocol.Push;
import io.heartline.protocol.Subscription;
import io.heartline.protocol.text.RawProtocol;
import java.util.List;

/** Answers each text with itself. */
final class Echo implements Protocol, Dialect {
  private final Dialect raw = RawProtocol.quiet().open();

  @Override
  public Dialect open() {
    return this;
  }

  @Override
  public Manner manner() {
    return raw.manner();
  }

  @Override
  public List<Command> decode(String message) {
    return List.of(new Command.Say(message));
  }

  @Override
  public String encode(Push push) {
    return raw.encode(push);
  }

  @Override
  public Encoding publications(Subscription subscription) {
    return raw.publications(subscription);
  }

  @Override
  public String separator() {
    return raw.separator();
  }
}
