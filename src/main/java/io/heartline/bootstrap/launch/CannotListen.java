package io.heartline.bootstrap.launch;

import io.heartline.bootstrap.settings.ServerSettings;
import io.heartline.bootstrap.settings.Sources;

/** Says why the server cannot listen where it should, and what to do. */
final class CannotListen {
  private CannotListen() {}

  /** @param failure as Tomcat has wrapped it */
  static String why(Throwable failure, ServerSettings settings, Sources sources) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String reason = String.valueOf(cause.getMessage());
    return "cannot listen on " + settings.authority() + ": " + reason + remedy(reason, sources);
  }

  private static String remedy(String reason, Sources sources) {
    if (reason.contains("in use")) {
      return "; choose another " + ServerSettings.PORT + set(ServerSettings.PORT, sources)
          + ", such as --port=9090";
    }
    if (reason.contains("denied")) {
      return "; choose a " + ServerSettings.PORT + set(ServerSettings.PORT, sources)
          + " from 1024, or give Java the right to lower ones (CAP_NET_BIND_SERVICE)";
    }
    return "; " + ServerSettings.ADDRESS + set(ServerSettings.ADDRESS, sources)
        + " must be an address of this machine";
  }

  private static String set(String property, Sources sources) {
    String where = sources.where(property);
    return where.isEmpty() ? "" : " (" + where + ')';
  }
}
