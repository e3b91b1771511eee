package io.heartline.security;

import io.heartline.model.Identity;

/** Whom a rule is for. */
public sealed interface Audience {
  Audience EVERYBODY = new Everybody();
  Audience USERS = new Users();

  /** Returns whether somebody belongs to it. */
  boolean has(Identity identity);

  /** Anonymous clients, too. */
  record Everybody() implements Audience {
    @Override
    public boolean has(Identity identity) {
      return true;
    }

    @Override
    public String toString() {
      return "everybody";
    }
  }

  /** Everybody whose name is known. */
  record Users() implements Audience {
    @Override
    public boolean has(Identity identity) {
      return identity.user() != null;
    }

    @Override
    public String toString() {
      return "users";
    }
  }

  /** Those whose credentials say so, in a word of {@link Identity#grants}. */
  record Granted(String grant) implements Audience {
    @Override
    public boolean has(Identity identity) {
      return identity.grants().contains(grant);
    }

    @Override
    public String toString() {
      return grant;
    }
  }

  /**
   * Reads {@code everybody}, {@code users}, {@code group:NAME} or {@code claim.NAME=VALUE}.
   *
   * @throws IllegalArgumentException with the rule that is broken
   */
  static Audience parse(String text) {
    if (text.equals("everybody")) {
      return EVERYBODY;
    }
    if (text.equals("users")) {
      return USERS;
    }
    if (text.matches("group:.+") || text.matches("claim\\.[^=]+=.+")) {
      return new Granted(text);
    }
    throw new IllegalArgumentException(
        "must be for everybody, users, group:<name> or claim.<name>=<value>: " + text);
  }
}
