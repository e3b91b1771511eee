package io.heartline.bootstrap;

import io.heartline.bootstrap.settings.Settings;
import io.heartline.bootstrap.settings.Sources;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.Manifest;

/** What each start logs about itself, before it opens anything: what runs where, and how set. */
final class Overview {
  private static final Logger LOG = System.getLogger(Overview.class.getName());

  private Overview() {}

  static void log(ServletContext context, Path data, Settings settings, Sources sources) {
    LOG.log(
        Level.INFO,
        "Heartline " + version(context) + " in " + context.getServerInfo() + ", Java "
            + Runtime.version() + "; data directory " + data);
    List<String> set = sources.settings();
    LOG.log(
        Level.INFO,
        set.isEmpty() ? "all settings are the defaults" : "set: " + String.join("; ", set));
    for (String warning : settings.warnings()) {
      LOG.log(Level.WARNING, warning);
    }
    for (String slip : sources.slips()) {
      LOG.log(Level.WARNING, slip);
    }
  }

  /** Returns the version that the build has put into the WAR. */
  private static String version(ServletContext context) {
    try (InputStream in = context.getResourceAsStream("/META-INF/MANIFEST.MF")) {
      String version = in == null
          ? null
          : new Manifest(in).getMainAttributes().getValue(Attributes.Name.IMPLEMENTATION_VERSION);
      return version == null ? "(unknown version)" : version;
    } catch (IOException e) {
      return "(unknown version)";
    }
  }
}
