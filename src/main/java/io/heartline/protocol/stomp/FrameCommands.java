package io.heartline.protocol.stomp;

import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.protocol.Bearer;
import io.heartline.protocol.Command;
import io.heartline.protocol.Excerpt;
import io.heartline.protocol.JsonText;
import io.heartline.protocol.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client's frames ask for. Touched by one thread at a time, but for {@link #version}. */
final class FrameCommands {
  private final FrameReader reader;
  private final Map<String, StompSubscription> subscriptions;
  private final Map<String, ChannelName> sends;
  private final Transactions transactions;

  /** Null until the client has connected. */
  private volatile @Nullable Version version;

  FrameCommands(
      FrameReader reader,
      Map<String, StompSubscription> subscriptions,
      Map<String, ChannelName> sends,
      int maxChars) {
    this.reader = reader;
    this.subscriptions = subscriptions;
    this.sends = sends;
    transactions = new Transactions(maxChars);
  }

  /** Returns the version that both speak; 1.0 until that is agreed. */
  Version version() {
    Version agreed = version;
    return agreed == null ? Version.V1_0 : agreed;
  }

  /** Returns what a frame asks for, in order. */
  List<Command> of(Frame frame) throws BadFrame {
    if (FrameReader.isConnect(frame.command())) {
      return connect(frame);
    }
    if (version == null) {
      throw new BadFrame("the first frame must be CONNECT or STOMP");
    }
    List<Command> commands = new ArrayList<>(2);
    switch (frame.command()) {
      case "SUBSCRIBE" -> commands.add(subscribe(frame));
      case "UNSUBSCRIBE" -> commands.add(unsubscribe(frame));
      case "SEND" -> send(frame, commands);
      case "ACK", "NACK" -> acknowledge(frame);
      case "BEGIN" -> transactions.begin(frame.required("transaction"));
      case "COMMIT" -> commands.addAll(transactions.end(frame.required("transaction")));
      case "ABORT" -> transactions.end(frame.required("transaction"));
      case "DISCONNECT" -> {}
      default -> throw new BadFrame("the command must be one that a client of STOMP may send");
    }
    String receipt = frame.header("receipt");
    List<Command> all = new ArrayList<>(2);
    if (receipt == null) {
      all.addAll(commands);
    } else {
      all.add(new Command.Request(commands, receipt));
    }
    if (frame.command().equals("DISCONNECT")) {
      all.add(new Command.Leave());
    }
    return all;
  }

  private List<Command> connect(Frame frame) throws BadFrame {
    if (version != null) {
      throw new BadFrame("CONNECT must be sent once");
    }
    Version agreed = Version.highest(frame.header("accept-version"));
    if (agreed == null) {
      throw new BadFrame("accept-version must have one of " + Version.ALL);
    }
    Heartbeat beats = Heartbeat.of(frame.header("heart-beat"));
    version = agreed;
    reader.version(agreed);
    return List.of(new Command.Hello(null, token(frame), false), beats.agreed());
  }

  /** Returns what may be a token: that of a Bearer header, or else the passcode. */
  private static @Nullable String token(Frame frame) {
    String bearer = Bearer.token(frame.header("Authorization"));
    if (bearer != null) {
      return bearer;
    }
    String passcode = frame.header("passcode");
    return passcode == null || passcode.isEmpty() ? null : passcode;
  }

  private Command subscribe(Frame frame) throws BadFrame {
    String destination = frame.required("destination");
    String given = version() == Version.V1_0 ? frame.header("id") : frame.required("id");
    String id = given == null ? destination : given;
    String ack = frame.header("ack");
    if (ack != null && !ack.matches("auto|client|client-individual")) {
      throw new BadFrame("ack must be auto, client or client-individual");
    }
    if (isLive(id)) {
      throw new BadFrame("id must be new: this subscription is there already");
    }
    MessageEncoding encoding =
        new MessageEncoding(version(), given, destination, ack != null && !ack.equals("auto"));
    From from = from(frame);
    Destination wanted = Destination.of(destination);
    if (wanted instanceof Destination.Topic topic) {
      Subscription subscription = new Subscription(topic.channel(), id);
      subscriptions.put(id, new StompSubscription(subscription, encoding, false));
      return new Command.Subscribe(subscription, from);
    }
    subscriptions.put(id, new StompSubscription(null, encoding, false));
    return new Command.SubscribeOwn(id, from);
  }

  private static From from(Frame frame) throws BadFrame {
    String after = frame.header("after");
    String last = frame.header("last");
    if (after != null) {
      return From.after(after);
    }
    if (last == null) {
      return new From.Now();
    }
    if (!last.matches("[0-9]{1,9}")) {
      throw new BadFrame("last must be a whole number");
    }
    return new From.Last(Integer.parseInt(last));
  }

  private Command unsubscribe(Frame frame) throws BadFrame {
    String given = frame.header("id");
    if (given == null && version() == Version.V1_0) {
      given = frame.header("destination");
    }
    String id = given == null ? frame.required("id") : given;
    StompSubscription known = subscriptions.get(id);
    if (known == null || known.ended()) {
      throw new BadFrame("id must be one of a subscription");
    }
    subscriptions.put(id, known.end());
    Subscription channel = known.channel();
    return channel == null ? new Command.UnsubscribeOwn(id) : new Command.Unsubscribe(channel);
  }

  private void send(Frame frame, List<Command> commands) throws BadFrame {
    String destination = frame.required("destination");
    ChannelName channel = sends.get(destination);
    Command command;
    if (channel != null) {
      command = new Command.Publish(channel, data(frame));
    } else {
      command = new Command.Ignored(
          "forbidden",
          "destination must be one that clients may send to: " + Excerpt.of(destination),
          Excerpt.of(destination));
    }
    String transaction = frame.header("transaction");
    if (transaction == null) {
      commands.add(command);
    } else {
      transactions.add(transaction, List.of(command), frame.body().length());
    }
  }

  /** Returns a body that is JSON as it is, anything else as a JSON string. */
  private static String data(Frame frame) {
    String type = frame.header("content-type");
    if (type != null && type.startsWith("text/")) {
      return JsonText.quote(frame.body());
    }
    return JsonText.valueOrQuoted(frame.body());
  }

  private void acknowledge(Frame frame) throws BadFrame {
    String id = frame.header("subscription");
    if (version() == Version.V1_2) {
      String ack = frame.required("id");
      id = ack.substring(ack.indexOf('/') + 1);
    } else {
      frame.required("message-id");
      if (version() == Version.V1_1) {
        id = frame.required("subscription");
      }
    }
    if (id != null && !isLive(id)) {
      throw new BadFrame(frame.command() + " must be for a message of one of the subscriptions");
    }
  }

  private boolean isLive(String id) {
    StompSubscription known = subscriptions.get(id);
    return known != null && !known.ended();
  }
}
