package io.heartline.engine;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How this node belongs to the others.
 *
 * @param bus what the nodes say to each other
 * @param seats who sits where
 * @param watch looks up whether the lines of this node still have their seats
 */
record Membership(Bus bus, Seats seats, SeatWatch watch) {
  /** Returns a node that has no others. */
  static Membership alone(
      Bus bus, SeatBook book, Lines lines, Timers timers, LongSupplier nanos, Duration probe) {
    Seats seats = new Seats(bus.node(), book, new LocalNodes(lines, timers, nanos, probe));
    return new Membership(bus, seats, new SeatWatch(bus, seats, lines, timers, nanos));
  }

  /** Returns one of several nodes, which listens to the others. */
  static Membership of(
      Bus bus, SeatBook book, Lines lines, Timers timers, LongSupplier nanos, Duration probe) {
    LocalNodes local = new LocalNodes(lines, timers, nanos, probe);
    ClusterNodes nodes = new ClusterNodes(bus, local, timers, nanos, probe);
    Seats seats = new Seats(bus.node(), book, nodes);
    SeatWatch watch = new SeatWatch(bus, seats, lines, timers, nanos);
    bus.onMessage(nodes::heard);
    bus.onDoubt(watch::doubt);
    watch.start();
    return new Membership(bus, seats, watch);
  }
}
