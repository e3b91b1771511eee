package io.heartline.browser;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A real browser with one user's tabs, as far as the tests need one. */
interface Browser extends AutoCloseable {
  /** Opens a page in a new tab, in front of all others. */
  Tab open(String url);

  /** Returns the tabs there are, but for the browser's own. */
  List<? extends Tab> tabs();

  /** Returns the tab that a page has opened by itself. */
  default Tab opened(List<? extends Tab> others) {
    return Eventually.await("opened", this::tabs, tabs -> tabs.size() > others.size()).stream()
        .filter(tab -> !others.contains(tab))
        .findFirst()
        .orElseThrow();
  }

  /** Closes all tabs and forgets all cookies: the next page is somebody else's. */
  void forget();

  /** Returns what went wrong in any page since the last {@link #forget()}. */
  List<String> complaints();

  /** Stops all of its processes where they are, as sleep does, for a while. */
  void sleep(Duration howLong);

  @Override
  void close();

  /** One tab, equal to itself only. Whatever is asked of it brings it to the front. */
  interface Tab {
    /** Goes to a page and waits until it is loaded. */
    void go(String url);

    void reload();

    /**
     * Returns what a script's {@code return} gives: null, a boolean, a text, a number, a list or a
     * map.
     */
    Object js(String script, Object... arguments);

    /** Clicks in the middle of the first element that the selector finds. */
    void click(String selector);

    /** Types into the first element that the selector finds. */
    void type(String selector, String text);

    /** Writes what can be seen of the page, as PNG. */
    void screenshot(Path file) throws IOException;

    void close();

    default String text(String id) {
      return String.valueOf(js("return document.getElementById(arguments[0]).textContent", id));
    }

    default List<String> texts(String selector) {
      return strings(js(
          "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)", selector));
    }

    /** Returns whether the first element that the selector finds can be seen. */
    default boolean shows(String selector) {
      return (Boolean)
          js("return document.querySelector(arguments[0]).checkVisibility()", selector);
    }

    /** Returns what a page of {@link Pages} has noted under a name. */
    default List<String> seen(String what) {
      return strings(js("return seen[arguments[0]].map(String)", what));
    }

    private static List<String> strings(Object list) {
      return ((List<?>) list).stream().map(String::valueOf).toList();
    }
  }
}
