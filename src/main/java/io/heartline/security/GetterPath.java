package io.heartline.security;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Follows getters through objects of the application's own classes: {@code authentication.name}
 * calls {@code getAuthentication()}, and {@code getName()} of what that returns. A method of
 * exactly that name will do too, as records have them.
 *
 * @param names may be none: then it leads nowhere but to where it begins
 */
public record GetterPath(List<String> names) {
  /** @param text such as {@code authentication.name}; empty for none */
  public static GetterPath of(String text) {
    return new GetterPath(text.isEmpty() ? List.of() : List.of(text.split("\\.", -1)));
  }

  /**
   * Returns what the path leads to, or null if a getter on the way returns null.
   *
   * @throws NoSuchMethodException if there is no such getter; names it
   * @throws InvocationTargetException if a getter fails
   */
  @Nullable
  Object from(@Nullable Object start) throws NoSuchMethodException, InvocationTargetException {
    Object at = start;
    for (String name : names) {
      if (at == null) {
        return null;
      }
      at = get(at, name);
    }
    return at;
  }

  private static @Nullable Object get(Object from, String name)
      throws NoSuchMethodException, InvocationTargetException {
    String capital = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    for (String candidate : new String[] {"get" + capital, name}) {
      Method method = method(from.getClass(), candidate);
      if (method != null) {
        try {
          return method.invoke(from);
        } catch (IllegalAccessException e) { // its module does not let us
          throw new NoSuchMethodException(from.getClass().getName() + '.' + candidate);
        }
      }
    }
    throw new NoSuchMethodException(from.getClass().getName() + ".get" + capital);
  }

  /**
   * Returns a method that may be called: that of a public class or interface. Objects are often of
   * hidden classes.
   */
  private static @Nullable Method method(Class<?> type, String name) {
    if (Modifier.isPublic(type.getModifiers())) {
      Method own = Arrays.stream(type.getMethods())
          .filter(method -> method.getName().equals(name)
              && method.getParameterCount() == 0
              && Modifier.isPublic(method.getDeclaringClass().getModifiers()))
          .findFirst()
          .orElse(null);
      if (own != null) {
        return own;
      }
    }
    for (Class<?> one : type.getInterfaces()) {
      Method inherited = method(one, name);
      if (inherited != null) {
        return inherited;
      }
    }
    Class<?> parent = type.getSuperclass();
    return parent == null ? null : method(parent, name);
  }
}
