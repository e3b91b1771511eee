package io.heartline.transport.session;

/**
 * How an HTTP session and the lines opened under it affect each other. Under every policy, logging
 * out closes the lines.
 */
public enum SessionPolicy {
  /** While a line is open, its session does not time out. */
  EXTEND,
  /** Lines are closed when their session ends; pages are warned a minute before. */
  BIND,
  /** A line does not keep its session alive, and a session that times out closes no line. */
  DETACH
}
