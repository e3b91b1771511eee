package io.heartline.protocol;

import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client asks for. */
public sealed interface Command {
  /** Calls the method for this kind of command and returns its result. */
  <R> R accept(Cases<R> cases);

  /** One method per kind of command, so that code that carries out commands cannot forget one. */
  interface Cases<R> {
    R hello(Hello hello);

    R subscribe(Subscribe subscribe);

    R unsubscribe(Unsubscribe unsubscribe);

    R token(Token token);

    R beat(Beat beat);

    R probe(Probe probe);

    R say(Say say);

    R refused(Refused refused);

    R request(Request request);

    R subscribeOwn(SubscribeOwn subscribe);

    R unsubscribeOwn(UnsubscribeOwn unsubscribe);

    R acknowledge(Acknowledge acknowledge);

    R beats(Beats beats);

    R publish(Publish publish);

    R ask(Ask ask);

    R ignored(Ignored ignored);

    R leave(Leave leave);
  }

  /**
   * The first message of a page.
   *
   * @param instance the page's name for itself, compared only within a seat; null if it has none
   * @param token credentials, or null
   * @param was as whom the page was welcomed last; null if it was nobody. It is refused if it is
   *     somebody else now
   * @param take whether the page wants the seat even if it is held; only after a user's gesture
   */
  record Hello(
      @Nullable String instance,
      @Nullable String token,
      @Nullable String was,
      boolean take) implements Command {
    /** One of a page that does not say as whom it was welcomed last. */
    public Hello(@Nullable String instance, @Nullable String token, boolean take) {
      this(instance, token, null, take);
    }

    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.hello(this);
    }
  }

  /**
   * @param acks what the client says of what it has taken; without it nothing
   * @param token by which the application opens the channel; null if the client shows none
   */
  record Subscribe(
      Subscription subscription,
      From from,
      AckMode acks,
      @Nullable String token) implements Command {
    public Subscribe(Subscription subscription, From from) {
      this(subscription, from, AckMode.NONE, null);
    }

    public Subscribe(Subscription subscription, From from, AckMode acks) {
      this(subscription, from, acks, null);
    }

    /** Never shows the token. */
    @Override
    public String toString() {
      return "Subscribe[" + subscription + ", " + from + ", " + acks
          + (token == null ? "]" : ", with a token]");
    }

    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.subscribe(this);
    }
  }

  record Unsubscribe(Subscription subscription) implements Command {
    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.unsubscribe(this);
    }
  }

  /** Renews credentials. */
  record Token(String token) implements Command {
    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.token(this);
    }
  }

  /** A sign of life; never answered. */
  record Beat() implements Command {
    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.beat(this);
    }
  }

  /** The page asks whether the line still works. */
  record Probe(long number) implements Command {
    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.probe(this);
    }
  }

  /** A text that only needs this answer, such as {@code ping}. */
  record Say(String answer) implements Command {
    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.say(this);
    }
  }

  /**
   * A message that could not be understood.
   *
   * @param code one word for programs
   * @param message names the field, the rule and the value
   * @param about the channel or command it is about, or null
   * @param id of the publication that it was to be, or null
   */
  record Refused(
      String code,
      String message,
      @Nullable String about,
      @Nullable String id) implements Command {
    public Refused(String code, String message, @Nullable String about) {
      this(code, message, about, null);
    }

    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.refused(this);
    }
  }

  /** Subscribes to the private channel of whoever the line belongs to. */
  record SubscribeOwn(String id, From from, AckMode acks) implements Command {
    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.subscribeOwn(this);
    }
  }

  record UnsubscribeOwn(String id) implements Command {
    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.unsubscribeOwn(this);
    }
  }

  /**
   * Says what became of a message.
   *
   * @param id of the subscription
   * @param taken whether the client has taken it
   */
  record Acknowledge(String id, Position message, boolean taken) implements Command {
    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.acknowledge(this);
    }
  }

  /**
   * What both sides have agreed on about beats in text that need no answer.
   *
   * @param toClient the longest silence that the client wants to bear; null for any
   * @param fromClient the client says something at least this often; null if it does not promise
   */
  record Beats(@Nullable Duration toClient, @Nullable Duration fromClient) implements Command {
    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.beats(this);
    }
  }

  /**
   * Publishes what a client has sent.
   *
   * @param data strict JSON
   * @param needs what the client must be allowed to do
   * @param id the client's own, so that the same message is published once, and to tell the answers
   *     apart; null if it gave none
   */
  record Publish(
      ChannelName channel,
      String data,
      Needs needs,
      @Nullable String id) implements Command {
    /** What a client must be allowed to do, so that what it has sent is published. */
    public enum Needs {
      /** Nothing: settings say that clients may send it, and where it goes. */
      NOTHING,
      /** To read the channel. */
      READING,
      /** To publish in the channel. */
      PUBLISHING
    }

    /** What a client has sent without an id. */
    public Publish(ChannelName channel, String data, Needs needs) {
      this(channel, data, needs, null);
    }

    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.publish(this);
    }
  }

  /**
   * Asks the application what becomes of what a client has sent.
   *
   * @param callback the URL to call
   * @param destination where the client has sent it to
   * @param headers of the client's own choice
   * @param data strict JSON
   */
  record Ask(URI callback, String destination, Map<String, String> headers, String data)
      implements Command {
    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.ask(this);
    }
  }

  /**
   * Commands that the client wants to know the outcome of, in order: a receipt once all are carried
   * out, or an error that names it.
   *
   * @param commands may be none
   * @param receipt the client's name for the receipt
   */
  record Request(List<Command> commands, String receipt) implements Command {
    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.request(this);
    }
  }

  /**
   * A command that may not be carried out, or not here. It is counted as refused, but only a client
   * that wants a receipt is told.
   *
   * @param code one word for programs
   * @param message names the field and the rule
   * @param about what it is about
   */
  record Ignored(String code, String message, String about) implements Command {
    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.ignored(this);
    }
  }

  /** The client has said everything; once it is answered, the line may be closed. */
  record Leave() implements Command {
    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.leave(this);
    }
  }
}
