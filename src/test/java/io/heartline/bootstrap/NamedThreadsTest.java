package io.heartline.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;

class NamedThreadsTest {
  /** What an idle thread of the container would inherit, and keep a deployment by. */
  @Test
  void itsThreadsHandOnNeitherTheApplicationsClassLoaderNorTheirMakers() throws Exception {
    URL classes = NamedThreads.class.getProtectionDomain().getCodeSource().getLocation();
    ClassLoader maker = new ClassLoader(null) {};
    Thread current = Thread.currentThread();
    ClassLoader before = current.getContextClassLoader();
    try (URLClassLoader application =
        new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
      Class<?> type = application.loadClass(NamedThreads.class.getName());
      assertThat(type.getClassLoader()).isSameAs(application);
      var constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      current.setContextClassLoader(maker);
      Thread thread = ((ThreadFactory) constructor.newInstance()).newThread(() -> {});
      assertThat(thread.getContextClassLoader()).isNotSameAs(application).isNotSameAs(maker);
    } finally {
      current.setContextClassLoader(before);
    }
  }
}
