package io.heartline.bootstrap;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;

/**
 * Where the JDK remembers the record whose {@code equals} or {@code hashCode} it linked last: one
 * slot for each in {@link ObjectMethods}, in JDK 17 a strong one. If that record is ours, our class
 * loader stays with it until some other application links a record of its own.
 */
final class RecordSlots {
  private RecordSlots() {}

  /** Puts something of the JDK's in our place, as if {@code String} were a record. */
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
