package io.heartline.security;

import io.heartline.engine.Authenticator;
import java.util.Arrays;
import java.util.List;

/** Reads the cookies of a request. */
public final class Cookies {
  private Cookies() {}

  /** Returns the values of all cookies with this name, in the order in which they were sent. */
  public static List<String> values(Authenticator.Credentials credentials, String name) {
    return credentials.header("Cookie").stream()
        .flatMap(header -> Arrays.stream(header.split(";", -1)))
        .map(String::strip)
        .filter(cookie -> cookie.startsWith(name + '='))
        .map(cookie -> cookie.substring(name.length() + 1))
        .toList();
  }
}
