package io.heartline.transport.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;

/**
 * Undertow (WildFly) ends an exchange inside of the first write that fails, and hands a part of
 * that to the connection's own I/O thread. If the write ran on another thread, the two race, and
 * the loser logs an ERROR with a stack trace, for a client that has done nothing but leave. On the
 * I/O thread there is no race and no ERROR. No public API of servlets names that thread, so we ask
 * Undertow by reflection.
 */
final class Undertow {
  private static final Logger LOG = System.getLogger(Undertow.class.getName());

  private Undertow() {}

  /**
   * Returns what runs tasks on the thread on which a response is best used: the I/O thread of its
   * connection; in other containers, and if Undertow does not tell, the calling thread.
   */
  static Executor thread(AsyncContext context) {
    ServletRequest request = context.getRequest();
    while (request instanceof ServletRequestWrapper wrapper) {
      request = wrapper.getRequest();
    }
    if (request.getClass().getName().startsWith("io.undertow.")) {
      try {
        Object exchange = request.getClass().getMethod("getExchange").invoke(request);
        return (Executor) exchange.getClass().getMethod("getIoThread").invoke(exchange);
      } catch (ReflectiveOperationException | RuntimeException e) {
        LOG.log(Level.DEBUG, "this version of Undertow does not name its I/O thread", e);
      }
    }
    return Runnable::run;
  }
}
