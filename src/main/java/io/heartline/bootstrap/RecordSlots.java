package io.heartline.bootstrap;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;

/**
 * Where the JDK remembers the record whose {@code equals} or {@code hashCode} it linked last. There
 * is one slot for each in {@link ObjectMethods}, in JDK 17 with a strong reference. If that record
 * is ours, our class loader stays in memory until another application links a record of its own.
 */
final class RecordSlots {
  private RecordSlots() {}

  /** Replaces ours by a class of the JDK: links {@code String} as if it were a record. */
  static void give() throws Throwable {
    MethodHandles.Lookup lookup = MethodHandles.publicLookup();
    MethodHandle itself = MethodHandles.identity(String.class);
    link(
        lookup, "equals", MethodType.methodType(boolean.class, String.class, Object.class), itself);
    link(lookup, "hashCode", MethodType.methodType(int.class, String.class), itself);
  }

  private static void link(
      MethodHandles.Lookup lookup, String name, MethodType type, MethodHandle component)
      throws Throwable {
    ObjectMethods.bootstrap(lookup, name, type, String.class, "itself", component);
  }
}
