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
 * Says whether all threads of the container's are busy: what a client has sent waits for one of
 * them then, so nothing is known about the client. As the container says by JMX; where it does not,
 * the answer is no.
 */
public final class ContainerThreads implements BooleanSupplier {
  private static final Logger LOG = System.getLogger(ContainerThreads.class.getName());

  /** How long an answer is good for. */
  private static final Duration MOMENT = Duration.ofMillis(200);

  /** Where containers tell how many of their threads are busy, of how many. */
  private static final List<Pool> POOLS = List.of(
      new Pool("*:type=ThreadPool,name=*", "currentThreadsBusy", "maxThreads"), // Tomcat
      new Pool("*:type=Executor,name=*", "activeCount", "maxThreads"), // shared by connectors
      new Pool("jboss.as:subsystem=io,worker=*", "busyTaskThreadCount", "maxPoolSize")); // WildFly

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

  /** @param nanos the time */
  public ContainerThreads(LongSupplier nanos) {
    this(ManagementFactory.getPlatformMBeanServer(), nanos);
  }

  ContainerThreads(MBeanServer server, LongSupplier nanos) {
    this.server = server;
    this.nanos = nanos;
  }

  /** Returns whether some pool has no thread left; at most {@link #MOMENT} old. */
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
      for (ObjectName name : server.queryNames(new ObjectName(pool.names()), null)) {
        long most = number(name, pool.most());
        if (most > 0 && number(name, pool.busy()) >= most) {
          return true;
        }
      }
    } catch (JMException | RuntimeException e) {
      LOG.log(Level.DEBUG, () -> pool + " cannot be asked: " + e);
    }
    return false;
  }

  /** Returns an attribute; 0 if it has none, or tells none. */
  private long number(ObjectName name, String attribute) throws JMException {
    @Nullable Object value = server.getAttribute(name, attribute);
    return value instanceof Number number ? number.longValue() : 0;
  }
}
