package io.heartline.management;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * Says whether all threads of the container are busy. If so, what a client has sent may still be
 * waiting for a thread, so its silence proves nothing. The numbers come from the container's JMX
 * beans; where there are none, the answer is no.
 */
public final class ContainerThreads implements BooleanSupplier {
  private static final Logger LOG = System.getLogger(ContainerThreads.class.getName());

  /** How long an answer is reused. */
  private static final Duration MOMENT = Duration.ofMillis(200);

  /**
   * Where containers publish how many of their threads are busy, and how many there are. WildFly
   * shows the same figures as {@code jboss.as:subsystem=io,worker=*} too, but that asks its
   * management model, which logs an ERROR when it is asked while the server starts.
   */
  private static final List<Pool> POOLS = List.of(
      new Pool("*:type=ThreadPool,name=*", "currentThreadsBusy", "maxThreads"), // Tomcat
      new Pool("*:type=Executor,name=*", "activeCount", "maxThreads"), // shared by connectors
      new Pool( // WildFly; its management's own threads are among them
          "org.xnio:type=Xnio,provider=*,worker=*", "BusyWorkerThreadCount", "MaxWorkerPoolSize"));

  private final MBeanServer server;
  private final LongSupplier nanos;

  @GuardedBy("this")
  private long until;

  @GuardedBy("this")
  private boolean asked;

  @GuardedBy("this")
  private boolean exhausted;

  /** One kind of pool. */
  private record Pool(String names, String busy, String most) {}

  /** @param nanos the clock, in nanoseconds */
  public ContainerThreads(LongSupplier nanos) {
    this(ManagementFactory.getPlatformMBeanServer(), nanos);
  }

  ContainerThreads(MBeanServer server, LongSupplier nanos) {
    this.server = server;
    this.nanos = nanos;
  }

  /** Returns whether some pool has no free thread. The answer is at most {@link #MOMENT} old. */
  @Override
  public synchronized boolean getAsBoolean() {
    long now = nanos.getAsLong();
    if (!asked || now - until >= 0) {
      asked = true;
      until = now + MOMENT.toNanos();
      exhausted = POOLS.stream().anyMatch(this::isExhausted);
    }
    return exhausted;
  }

  private boolean isExhausted(Pool pool) {
    try {
      return server.queryNames(new ObjectName(pool.names()), null).stream()
          .anyMatch(name -> isExhausted(pool, name));
    } catch (JMException | RuntimeException e) {
      LOG.log(Level.DEBUG, () -> pool + " cannot be read: " + e);
      return false;
    }
  }

  /** A bean that cannot be read, which may be anybody's, hides no other. */
  private boolean isExhausted(Pool pool, ObjectName name) {
    try {
      long most = number(name, pool.most());
      return most > 0 && number(name, pool.busy()) >= most;
    } catch (JMException | RuntimeException e) {
      LOG.log(Level.DEBUG, () -> name + " cannot be read: " + e);
      return false;
    }
  }

  /** Returns an attribute; 0 if its value is not a number. */
  private long number(ObjectName name, String attribute) throws JMException {
    @Nullable Object value = server.getAttribute(name, attribute);
    return value instanceof Number number ? number.longValue() : 0;
  }
}
