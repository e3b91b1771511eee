package io.heartline.bootstrap;

import io.heartline.transport.websocket.Gate;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;

/** Starts the application with its context and stops it before the container closes its lines. */
final class Lifecycle implements ServletContextListener {
  private final Application application;
  private final Gate gate;

  Lifecycle(Application application, Gate gate) {
    this.application = application;
    this.gate = gate;
  }

  @Override
  public void contextInitialized(ServletContextEvent event) {
    application.start();
    Gate.open(gate);
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    application.stop();
    Gate.shut();
  }
}
