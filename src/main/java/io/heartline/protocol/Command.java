package io.heartline.protocol;

import io.heartline.log.From;
import io.heartline.model.ChannelName;
import org.jspecify.annotations.Nullable;

/** What a client asks for. */
public sealed interface Command {
  /**
   * The first words of a page.
   *
   * @param instance the page's own name for itself, compared within a seat only; null if it has
   *     none
   * @param token credentials, or null
   * @param take whether the page wants the seat although it is held: after a user's gesture only
   */
  record Hello(@Nullable String instance, @Nullable String token, boolean take)
      implements Command {}

  record Subscribe(ChannelName channel, From from) implements Command {}

  record Unsubscribe(ChannelName channel) implements Command {}

  /** Renews credentials. */
  record Token(String token) implements Command {}

  /** A sign of life; never answered. */
  record Beat() implements Command {}

  /** The page's own question whether the line lives. */
  record Probe(long number) implements Command {}

  /** A text that has its answer in itself, such as {@code ping}. */
  record Say(String answer) implements Command {}

  /**
   * What could not be understood.
   *
   * @param code one word for programs
   * @param message which field, which rule, which value
   * @param about the channel or command it is about, or null
   */
  record Refused(String code, String message, @Nullable String about) implements Command {}
}
