package io.heartline.management;

import io.heartline.engine.Cluster;
import io.heartline.engine.Door;
import io.heartline.engine.Engine;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import org.jspecify.annotations.Nullable;

/**
 * Registers one deployment's bean with the platform's MBean server, and unregisters exactly that
 * one.
 */
public final class Registration implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Registration.class.getName());

  /** Several versions of one application may be deployed side by side under one path. */
  private static final int MAX_INSTANCES = 100;

  private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

  /** Null if it could not be registered: a server without JMX still serves. */
  private final @Nullable ObjectName name;

  /**
   * @param doors the doors whose beat can be set
   * @param host the virtual host
   * @param context path of the application, empty for the root
   */
  public Registration(
      Engine engine, Cluster cluster, Collection<Door> doors, String host, String context) {
    name =
        register(new EngineBean(engine, cluster, doors), host, context.isEmpty() ? "/" : context);
  }

  private @Nullable ObjectName register(HeartlineMXBean bean, String host, String context) {
    String base = "heartline:type=Heartline,host=" + ObjectName.quote(host) + ",context="
        + ObjectName.quote(context);
    try {
      for (int instance = 1; instance <= MAX_INSTANCES; instance++) {
        try {
          ObjectName candidate =
              new ObjectName(instance == 1 ? base : base + ",instance=" + instance);
          // The interface is passed explicitly, so that the bean's own class need not be public.
          server.registerMBean(new StandardMBean(bean, HeartlineMXBean.class, true), candidate);
          return candidate;
        } catch (InstanceAlreadyExistsException e) {
          LOG.log(Level.DEBUG, "{0} is taken", base);
        }
      }
      LOG.log(
          Level.WARNING,
          "not registered with JMX: there are already {0} deployments of {1}",
          MAX_INSTANCES,
          base);
    } catch (JMException e) {
      LOG.log(Level.WARNING, "could not register with JMX", e);
    }
    return null;
  }

  @Override
  public void close() {
    try {
      if (name != null) {
        server.unregisterMBean(name);
      }
    } catch (JMException e) {
      LOG.log(Level.WARNING, "could not unregister from JMX", e);
    }
  }
}
