package io.heartline.transport.sockjs;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the last part of a session's URL asks for. */
enum Transport {
  WEBSOCKET("GET", false),
  XHR("POST", false),
  XHR_STREAMING("POST", false),
  XHR_SEND("POST", false),
  EVENTSOURCE("GET", false),
  HTMLFILE("GET", true),
  JSONP("GET", true),
  JSONP_SEND("POST", true);

  private final String method;
  private final boolean legacy;

  Transport(String method, boolean legacy) {
    this.method = method;
    this.legacy = legacy;
  }

  /** Returns the transport of that name; null if there is none. */
  static @Nullable Transport named(String name) {
    for (Transport transport : values()) {
      if (transport.name().toLowerCase(Locale.ROOT).equals(name)) {
        return transport;
      }
    }
    return null;
  }

  /** Returns the only method with which it is used. */
  String method() {
    return method;
  }

  /** Returns whether only browsers of long ago need it. */
  boolean legacy() {
    return legacy;
  }

  /** Returns whether it brings messages of the client. */
  boolean sends() {
    return this == XHR_SEND || this == JSONP_SEND;
  }
}
