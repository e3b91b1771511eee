package io.heartline.bootstrap;

import io.heartline.bootstrap.settings.Place;
import java.util.Collections;
import java.util.Set;
import java.util.stream.Collectors;
import javax.naming.InitialContext;
import javax.naming.NameClassPair;
import javax.naming.NamingException;
import org.jspecify.annotations.Nullable;

/**
 * Settings as JNDI entries: {@code java:comp/env/heartline/api.keys} for
 * {@code heartline.api.keys}.
 */
@SuppressWarnings(
    "BanJNDI") // nobody else chooses what is looked up: it is always below this folder
final class JndiPlace implements Place {
  private static final String FOLDER = "java:comp/env/heartline";
  private static final String PREFIX = "heartline.";

  @Override
  public @Nullable String value(String property) {
    try {
      Object value = new InitialContext().lookup(spelled(property));
      return value == null ? null : value.toString();
    } catch (NamingException e) { // absent, or a container without JNDI: the usual case
      return null;
    }
  }

  @Override
  public String title() {
    return "JNDI";
  }

  @Override
  public String spelled(String property) {
    return FOLDER + '/' + property.substring(PREFIX.length());
  }

  @Override
  public Set<String> names() {
    try {
      return Collections.list(new InitialContext().list(FOLDER)).stream()
          .map(NameClassPair::getName)
          .map(name -> FOLDER + '/' + name)
          .collect(Collectors.toSet());
    } catch (NamingException e) {
      return Set.of();
    }
  }
}
