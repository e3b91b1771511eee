package io.heartline.protocol;

import io.heartline.log.Start;
import io.heartline.model.ChannelName;
import io.heartline.model.CloseStatus;
import io.heartline.model.GapReason;
import io.heartline.model.Position;
import org.jspecify.annotations.Nullable;

/** What the server tells a client besides publications. Times are in milliseconds. */
public sealed interface Push {
  /** Calls the method for this kind of push and returns its result. */
  <R> R accept(Cases<R> cases);

  /** One method per kind of push, so that a protocol without words for one must say so. */
  interface Cases<R> {
    R welcome(Welcome welcome);

    R subscribed(Subscribed subscribed);

    R unsubscribed(Unsubscribed unsubscribed);

    R gap(Gap gap);

    R beat(Beat beat);

    R probed(Probed probed);

    R bye(Bye bye);

    R expiring(Expiring expiring);

    R published(Published published);

    R error(Error error);

    R receipt(Receipt receipt);

    R text(Text text);
  }

  /**
   * The answer to a line's first frame.
   *
   * @param time the server's time, since 1970
   * @param maxMessageBytes the largest message a client may send
   */
  record Welcome(
      String line,
      @Nullable String instance,
      @Nullable String user,
      long beat,
      long grace,
      long time,
      int maxMessageBytes,
      int maxChannels)
      implements Push {
    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.welcome(this);
    }
  }

  record Subscribed(Subscription subscription, Start start) implements Push {
    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.subscribed(this);
    }
  }

  /** @param reason null if the client itself unsubscribed */
  record Unsubscribed(Subscription subscription, @Nullable String reason) implements Push {
    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.unsubscribed(this);
    }
  }

  record Gap(Subscription subscription, Position position, GapReason reason) implements Push {
    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.gap(this);
    }
  }

  /** @param time the server's time, since 1970 */
  record Beat(long time) implements Push {
    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.beat(this);
    }
  }

  record Probed(long number) implements Push {
    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.probed(this);
    }
  }

  /**
   * @param delay how long the client is to wait before it comes back
   * @param spread over how long all lines of the server come back; 0 if they do not end together
   */
  record Bye(CloseStatus status, boolean reconnect, long delay, long spread) implements Push {
    public Bye(CloseStatus status, boolean reconnect, long delay) {
      this(status, reconnect, delay, 0);
    }

    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.bye(this);
    }
  }

  /** @param in how long until the credentials expire, or the HTTP session the line is bound to */
  record Expiring(long in) implements Push {
    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.expiring(this);
    }
  }

  /**
   * What the client has published is committed.
   *
   * @param id the client's own, or null
   */
  record Published(
      ChannelName channel, Position position, @Nullable String id) implements Push {
    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.published(this);
    }
  }

  /**
   * A refused command.
   *
   * @param about the channel or command it is about, or null
   * @param name the client's own for the command: that of the receipt that it wanted and does not
   *     get, or the id of a publication; null if it gave none
   */
  record Error(
      String code,
      String message,
      @Nullable String about,
      @Nullable String name) implements Push {
    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.error(this);
    }
  }

  /** What the client wanted this receipt for is done. */
  record Receipt(String receipt) implements Push {
    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.receipt(this);
    }
  }

  /** A greeting or an answer on a raw line. */
  record Text(String text) implements Push {
    @Override
    public <R> R accept(Cases<R> cases) {
      return cases.text(this);
    }
  }
}
