package io.heartline.bootstrap;

import io.heartline.management.Registration;
import io.heartline.transport.websocket.Buffers;
import io.heartline.transport.websocket.EndpointContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** Starts the application with its context, and stops it before the container closes its lines. */
final class Lifecycle implements ServletContextListener {
  private static final Logger LOG = System.getLogger(Lifecycle.class.getName());

  private final Application application;
  private final EndpointContext endpoints;

  /** Null before the start and after the stop. */
  private @Nullable Registration registration;

  Lifecycle(Application application, EndpointContext endpoints) {
    this.application = application;
    this.endpoints = endpoints;
  }

  @Override
  public void contextInitialized(ServletContextEvent event) {
    application.start();
    var context = event.getServletContext();
    registration = new Registration(
        application.engine(),
        application.cluster(),
        application.beatingDoors(),
        context.getVirtualServerName(),
        context.getContextPath());
    Buffers.shrink(context, endpoints.messageBytes());
    EndpointContext.open(endpoints);
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    application.stop();
    EndpointContext.shut();
    if (registration != null) {
      registration.close();
      registration = null;
    }
    forget();
  }

  private static void forget() {
    try {
      RecordSlots.give();
    } catch (Throwable t) { // the JDK declares it so; the failure costs only memory
      LOG.log(Level.WARNING, "the class loader may stay until another application starts", t);
    }
  }
}
