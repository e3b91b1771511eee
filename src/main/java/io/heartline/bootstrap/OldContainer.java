package io.heartline.bootstrap;

import java.util.Set;
import javax.servlet.ServletContainerInitializer;
import javax.servlet.ServletContext;
import javax.servlet.ServletException;
import org.jspecify.annotations.Nullable;

/**
 * Where a container starts us that is too old to know {@link HeartlineInitializer}: Tomcat 9 or
 * older, WildFly 26 or older, whose servlets are in {@code javax.servlet}. Without this class they
 * would serve our pages but no lines.
 */
public final class OldContainer implements ServletContainerInitializer {
  @Override
  public void onStartup(@Nullable Set<Class<?>> classes, ServletContext context)
      throws ServletException {
    throw new ServletException(HeartlineInitializer.CANNOT_START + context.getServerInfo()
        + " is too old; " + HeartlineInitializer.NEEDS);
  }
}
