package io.heartline.container.probe;

import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import java.util.Set;

/** Adds the probe to the application. */
public final class ProbeInitializer implements ServletContainerInitializer {
  @Override
  public void onStartup(Set<Class<?>> classes, ServletContext context) {
    ProbeServlet probe = new ProbeServlet();
    context.addServlet("probe", probe).addMapping("/probe");
    context.addListener(probe);
  }
}
