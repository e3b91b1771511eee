package io.heartline.bootstrap;

import java.util.Set;
import javax.servlet.ServletContainerInitializer;
import javax.servlet.ServletContext;
import javax.servlet.ServletException;
import org.jspecify.annotations.Nullable;

/**
 * Where a container begins that is too old to know {@link HeartlineInitializer}: Tomcat 9 and
 * before, WildFly 26 and before, whose servlets are called {@code javax.servlet}. Without it they
 * would serve our pages and no line.
 */
public final class OldContainer implements ServletContainerInitializer {
  @Override
  public void onStartup(@Nullable Set<Class<?>> classes, ServletContext context)
      throws ServletException {
    throw new ServletException(HeartlineInitializer.CANNOT_START + context.getServerInfo()
        + " is too old; " + HeartlineInitializer.NEEDS);
  }
}
