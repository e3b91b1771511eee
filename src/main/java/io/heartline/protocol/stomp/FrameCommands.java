package io.heartline.protocol.stomp;

import io.heartline.log.From;
import io.heartline.model.Position;
import io.heartline.protocol.AckMode;
import io.heartline.protocol.Bearer;
import io.heartline.protocol.Command;
import io.heartline.protocol.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What a client's frames ask for. Touched by one thread at a time. */
final class FrameCommands {
  private final FrameReader reader;
  private final Map<String, StompSubscription> subscriptions;
  private final Sends sends;
  private final Transactions transactions;

  /** The version that both speak; null until the client has connected. */
  private final AtomicReference<@Nullable Version> agreed;

  FrameCommands(
      FrameReader reader,
      AtomicReference<@Nullable Version> agreed,
      Map<String, StompSubscription> subscriptions,
      Sends sends,
      int maxChars) {
    this.reader = reader;
    this.agreed = agreed;
    this.subscriptions = subscriptions;
    this.sends = sends;
    transactions = new Transactions(maxChars);
  }

  private Version version() {
    return Version.orFirst(agreed.get());
  }

  /** Returns about how many bytes of heap the open transactions take. */
  long heldBack() {
    return transactions.bytes();
  }

  /** Returns what a frame asks for, in order. */
  List<Command> of(Frame frame) throws BadFrame {
    if (FrameReader.isConnect(frame.command())) {
      return connect(frame);
    }
    if (agreed.get() == null) {
      throw new BadFrame("the first frame must be CONNECT or STOMP", frame.command());
    }
    List<Command> commands = new ArrayList<>(2);
    switch (frame.command()) {
      case "SUBSCRIBE" -> commands.add(subscribe(frame));
      case "UNSUBSCRIBE" -> commands.add(unsubscribe(frame));
      case "SEND" -> send(frame, commands);
      case "ACK", "NACK" -> acknowledge(frame, commands);
      case "BEGIN" -> transactions.begin(frame.required("transaction"));
      case "COMMIT" -> commands.addAll(transactions.end(frame.required("transaction")));
      case "ABORT" -> transactions.end(frame.required("transaction"));
      case "DISCONNECT" -> {}
      default ->
        throw new BadFrame(
            "the command must be one that a client of STOMP may send", frame.command());
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
    if (agreed.get() != null) {
      throw new BadFrame("CONNECT or STOMP must be sent once", frame.command());
    }
    Version highest = Version.agreed(frame.header("accept-version"));
    Heartbeat beats = Heartbeat.of(frame.header("heart-beat"));
    agreed.set(highest);
    reader.version(highest);
    return List.of(new Command.Hello(client(frame), token(frame), false), beats.agreed());
  }

  /** Returns the name that a client gives itself, or null. */
  private static @Nullable String client(Frame frame) throws BadFrame {
    String client = frame.header("client-id");
    if (client != null && !client.matches("[!-~]{1,64}")) {
      throw new BadFrame("client-id must have 1 to 64 visible ASCII characters", client);
    }
    return client;
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
    if (given != null) {
      StompSubscription.checkKept("id", given);
    }
    AckMode acks = acks(frame);
    if (isLive(id)) {
      throw new BadFrame("id must be new, not that of a subscription", id);
    }
    MessageEncoding encoding =
        new MessageEncoding(version(), given, destination, acks != AckMode.NONE);
    From from = from(frame);
    Destination wanted = Destination.of(destination);
    if (wanted instanceof Destination.Topic topic) {
      Subscription subscription = new Subscription(topic.channel(), id);
      subscriptions.put(id, new StompSubscription(subscription, encoding, false));
      return new Command.Subscribe(subscription, from, acks, frame.header("token"));
    }
    subscriptions.put(id, new StompSubscription(null, encoding, false));
    return new Command.SubscribeOwn(id, from, acks);
  }

  private static AckMode acks(Frame frame) throws BadFrame {
    String ack = frame.headers().getOrDefault("ack", "auto");
    return switch (ack) {
      case "auto" -> AckMode.NONE;
      case "client" -> AckMode.CUMULATIVE;
      case "client-individual" -> AckMode.INDIVIDUAL;
      default -> throw new BadFrame("ack must be auto, client or client-individual", ack);
    };
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
      throw new BadFrame("last must be a whole number of at most 9 digits", last);
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
      throw new BadFrame("id must be one of a subscription", id);
    }
    subscriptions.put(id, known.end());
    Subscription channel = known.channel();
    return channel == null ? new Command.UnsubscribeOwn(id) : new Command.Unsubscribe(channel);
  }

  private void send(Frame frame, List<Command> commands) throws BadFrame {
    Command command = sends.command(frame, frame.required("destination"));
    boolean toldAtOnce = command instanceof Command.Ignored && frame.header("receipt") != null;
    if (toldAtOnce) {
      commands.add(command);
    } else {
      add(command, frame, commands);
    }
  }

  /** Carries a command out now, or with the transaction that its frame names. */
  private void add(Command command, Frame frame, List<Command> commands) throws BadFrame {
    String transaction = frame.header("transaction");
    if (transaction == null) {
      commands.add(command);
    } else {
      transactions.add(transaction, command, frame);
    }
  }

  private void acknowledge(Frame frame, List<Command> commands) throws BadFrame {
    String message;
    String id;
    if (version() == Version.V1_2) {
      String ack = frame.required("id");
      int slash = ack.indexOf('/');
      message = ack.substring(0, Math.max(0, slash));
      id = ack.substring(slash + 1);
    } else {
      message = frame.required("message-id");
      String given =
          version() == Version.V1_1 ? frame.required("subscription") : frame.header("subscription");
      id = given == null ? only() : given;
    }
    Position position = Position.parse(message).orElse(null);
    StompSubscription known = subscriptions.get(id);
    if (position == null || known == null || known.ended()) {
      throw new BadFrame(
          frame.command() + " must be for a message of one of the subscriptions",
          message + "/" + id);
    }
    if (!known.encoding().acknowledged()) {
      return; // nobody has asked for it
    }
    add(new Command.Acknowledge(id, position, frame.command().equals("ACK")), frame, commands);
  }

  /** Returns the id of the subscription if there is only one, as 1.0 needs no ids; else nothing. */
  private String only() {
    List<String> live =
        subscriptions.keySet().stream().filter(this::isLive).limit(2).toList();
    return live.size() == 1 ? live.get(0) : "";
  }

  private boolean isLive(String id) {
    StompSubscription known = subscriptions.get(id);
    return known != null && !known.ended();
  }
}
