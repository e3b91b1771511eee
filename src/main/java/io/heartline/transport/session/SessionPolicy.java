package io.heartline.transport.session;

/**
 * What an HTTP session and the lines opened under it mean to each other. Logging out ends the lines
 * with each of them.
 */
public enum SessionPolicy {
  /** While a line is open its session does not time out. */
  EXTEND,
  /** A line ends with its session; pages are warned a minute ahead. */
  BIND,
  /** Neither touches the other. */
  DETACH
}
