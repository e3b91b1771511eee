package io.heartline.management;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.JMException;
import javax.management.MBeanInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class ContainerThreadsTest {
  private final MBeanServer server = MBeanServerFactory.newMBeanServer();
  private long now;
  private final ContainerThreads threads = new ContainerThreads(server, () -> now);

  private Pool pool(String name, String busy, String most) throws JMException {
    Pool pool = new Pool(busy, most);
    server.registerMBean(pool, new ObjectName(name));
    return pool;
  }

  private boolean later() {
    now += Duration.ofSeconds(1).toNanos();
    return threads.getAsBoolean();
  }

  @Test
  void nothingIsKnownWhereNobodyTells() throws JMException {
    assertThat(later()).isFalse();
    pool("Catalina:type=ThreadPool,name=\"http-nio-8080\"", "other", "maxThreads");
    assertThat(later()).isFalse();
  }

  @Test
  void tomcatsThreadsAreExhaustedWhenAllOfAConnectorAreBusy() throws JMException {
    Pool quiet =
        pool("Tomcat:type=ThreadPool,name=\"http-nio-8081\"", "currentThreadsBusy", "maxThreads");
    Pool pool =
        pool("Catalina:type=ThreadPool,name=\"http-nio-8080\"", "currentThreadsBusy", "maxThreads");
    quiet.most = 200;
    pool.most = 200;
    pool.busy = 199;
    assertThat(later()).isFalse();
    pool.busy = 200;
    assertThat(later()).isTrue();
    pool.busy = 3;
    assertThat(later()).isFalse();
  }

  @Test
  void anExecutorSpeaksForTheConnectorsThatShareIt() throws JMException {
    Pool connector =
        pool("Catalina:type=ThreadPool,name=\"http-nio-8080\"", "currentThreadsBusy", "maxThreads");
    connector.most = -1; // has none of its own
    Pool executor = pool("Catalina:type=Executor,name=shared", "activeCount", "maxThreads");
    executor.most = 50;
    assertThat(later()).isFalse();
    executor.busy = 50;
    assertThat(later()).isTrue();
  }

  @Test
  void aBeanThatCannotBeReadHidesNoOther() throws JMException {
    for (int i = 0; i < 8; i++) { // in whatever order they are found
      pool("Catalina:type=ThreadPool,name=\"foreign-" + i + "\"", "other", "another");
    }
    Pool pool =
        pool("Catalina:type=ThreadPool,name=\"http-nio-8080\"", "currentThreadsBusy", "maxThreads");
    pool.most = 200;
    pool.busy = 200;
    assertThat(later()).isTrue();
  }

  @Test
  void wildFlysWorkerIsExhaustedWhenAllItsTasksAreBusy() throws JMException {
    pool("org.xnio:type=Xnio,provider=\"nio\"", "Name", "Version");
    pool(
        "org.xnio:type=Xnio,provider=\"nio\",worker=\"default\",address=\"/127.0.0.1:8080\"",
        "ConnectionCount",
        "ConnectionLimitHighWater");
    Pool worker = pool(
        "org.xnio:type=Xnio,provider=\"nio\",worker=\"default\"",
        "BusyWorkerThreadCount",
        "MaxWorkerPoolSize");
    worker.most = 32;
    assertThat(later()).isFalse();
    worker.busy = 32;
    assertThat(later()).isTrue();
  }

  @Test
  void anAnswerIsGoodForAMoment() throws JMException {
    Pool pool =
        pool("Catalina:type=ThreadPool,name=\"http-nio-8080\"", "currentThreadsBusy", "maxThreads");
    pool.most = 1;
    assertThat(later()).isFalse();
    pool.busy = 1;
    assertThat(threads.getAsBoolean()).isFalse();
    assertThat(later()).isTrue();
  }

  /** What a container shows: two attributes. */
  private static final class Pool implements DynamicMBean {
    private final String busyName;
    private final String mostName;
    private int busy;
    private int most;

    Pool(String busyName, String mostName) {
      this.busyName = busyName;
      this.mostName = mostName;
    }

    @Override
    public Object getAttribute(String attribute) throws AttributeNotFoundException {
      if (attribute.equals(busyName)) {
        return busy;
      }
      if (attribute.equals(mostName)) {
        return most;
      }
      throw new AttributeNotFoundException(attribute);
    }

    @Override
    public void setAttribute(Attribute attribute) {}

    @Override
    public AttributeList getAttributes(String[] attributes) {
      return new AttributeList();
    }

    @Override
    public AttributeList setAttributes(AttributeList attributes) {
      return attributes;
    }

    @Override
    public Object invoke(String actionName, Object[] params, String[] signature) {
      throw new UnsupportedOperationException(actionName);
    }

    @Override
    public MBeanInfo getMBeanInfo() {
      return new MBeanInfo(Pool.class.getName(), "", null, null, null, null);
    }
  }
}
