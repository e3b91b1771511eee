package io.heartline.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
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

  /** While no thread can be had, the same one is made and fails to start many times. */
  @Test
  void aThreadThatWasNeverStartedIsNotHeld() throws Exception {
    NamedThreads threads = new NamedThreads();
    WeakReference<Thread> made = new WeakReference<>(threads.newThread(() -> {}));
    for (int i = 0; i < 200 && made.get() != null; i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertThat(made.get()).isNull();
  }

  @Test
  void whoeverLivesIsKnown() throws Exception {
    NamedThreads threads = new NamedThreads();
    CountDownLatch end = new CountDownLatch(1);
    threads
        .newThread(() -> {
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        })
        .start();
    System.gc();
    assertThat(threads.alive()).hasSize(1);
    end.countDown();
    assertThat(threads.awaitEnd(Duration.ofSeconds(20))).isEmpty();
  }
}
