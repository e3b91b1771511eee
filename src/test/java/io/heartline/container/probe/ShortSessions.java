package io.heartline.container.probe;

import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import java.util.Set;

/** Makes the application's sessions time out after {@link #SECONDS}. */
public final class ShortSessions implements ServletContainerInitializer, HttpSessionListener {
  public static final int SECONDS = 5;

  @Override
  public void onStartup(Set<Class<?>> classes, ServletContext context) {
    context.addListener(this);
  }

  @Override
  public void sessionCreated(HttpSessionEvent event) {
    event.getSession().setMaxInactiveInterval(SECONDS);
  }
}
