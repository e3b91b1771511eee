package io.heartline.clients;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;

/** A WebSocket library, as far as the tests use it. */
public interface Library {
  /**
   * How to open a line.
   *
   * @param pings how often the library pings by itself; zero: never
   * @param answersClose whether the application closes too when the server does, where that is its
   *     own work
   */
  record Dial(URI url, Map<String, String> headers, Duration pings, boolean answersClose) {}

  /** What is trusted, in the two forms that libraries ask for. */
  record Trust(SSLContext context, X509TrustManager manager) {}

  /** An open line, or one that is being opened. */
  interface Call {
    /** Sends a text; a line that has ended drops it. */
    void send(String text);

    /** Ends the line without a word and lets its threads go. */
    void cancel();
  }

  /** Opens a line; all that happens to it is told to the diary. */
  Call open(Dial dial, Trust trust, Diary diary);
}
