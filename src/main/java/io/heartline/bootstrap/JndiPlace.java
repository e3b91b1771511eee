package io.heartline.bootstrap;

import io.heartline.bootstrap.settings.Sources;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.jspecify.annotations.Nullable;

/**
 * Settings as JNDI entries: {@code java:comp/env/heartline/api.keys} for
 * {@code heartline.api.keys}.
 */
final class JndiPlace implements Sources.Place {
  private static final String PREFIX = "heartline.";

  @Override
  @SuppressWarnings(
      "BanJNDI") // the name is one of ours, below java:comp/env: nobody else chooses what is looked
  // up
  public @Nullable String apply(String name) {
    try {
      Object value =
          new InitialContext().lookup("java:comp/env/heartline/" + name.substring(PREFIX.length()));
      return value == null ? null : value.toString();
    } catch (NamingException e) { // absent, or a container without JNDI: the usual case
      return null;
    }
  }
}
