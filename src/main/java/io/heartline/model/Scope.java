package io.heartline.model;

import java.util.Locale;

/** What a key to the HTTP interface can be allowed to do. */
public enum Scope {
  PUBLISH,
  /** Read every channel, and see which lines a user has. */
  READ,
  /** Close lines, keep users out and let them in again. */
  DISCONNECT,
  /** Take lines off this node, and end that. */
  DRAIN,
  /** Have tickets made that let anybody in as whoever it names. */
  TICKET,
  /** Read the figures of this node. */
  METRICS;

  /** Returns the word that is written for it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
