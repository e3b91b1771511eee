package io.heartline.browser;

import static java.util.stream.Collectors.toCollection;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A Chromium that treats its pages as it does on people's desks: its driver would have it neither
 * throttle nor freeze nor put away a page.
 */
final class Browser implements AutoCloseable {
  /** What the driver passes by itself and people's browsers do not have. */
  static final List<String> UNREAL = List.of(
      "disable-back-forward-cache",
      "disable-background-timer-throttling",
      "disable-backgrounding-occluded-windows",
      "disable-renderer-backgrounding",
      "disable-hang-monitor",
      "disable-ipc-flooding-protection",
      "disable-popup-blocking");

  /** Selenium warns that it knows no devtools of this version by name; we need none. */
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  private final Path profile;
  private final ChromeDriver driver;
  private final String first;
  private String current; // the tab that the driver talks to, which is the one in front

  private Browser(Path profile, ChromeOptions options) {
    SELENIUM.setLevel(Level.SEVERE);
    this.profile = profile;
    ChromeDriverService service = new ChromeDriverService.Builder()
        .usingDriverExecutable(tool("chromedriver"))
        .usingAnyFreePort()
        .withSilent(true)
        .build();
    driver = new ChromeDriver(service, options);
    driver.manage().timeouts().scriptTimeout(Duration.ofSeconds(30));
    first = driver.getWindowHandle();
    current = first;
  }

  /** @param switches beside the usual ones */
  static Browser start(Path profile, String... switches) {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(tool("chromium"));
    options.setExperimentalOption("excludeSwitches", UNREAL);
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1280,1600",
        "--user-data-dir=" + profile);
    options.addArguments(switches);
    LoggingPreferences logging = new LoggingPreferences();
    logging.enable(LogType.BROWSER, Level.ALL);
    options.setCapability(ChromeOptions.LOGGING_PREFS, logging);
    return new Browser(profile, options);
  }

  private static File tool(String name) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> new File(folder, name))
        .filter(File::canExecute)
        .findFirst()
        .orElseThrow(
            () -> new AssertionError(name + " is not on the PATH; see src/test/tools/install"));
  }

  /** Opens a page in a new tab, in front of all others. */
  Tab open(String url) {
    driver.switchTo().newWindow(WindowType.TAB);
    current = driver.getWindowHandle();
    Tab tab = new Tab(current);
    driver.get(url);
    return tab;
  }

  /** Returns the tab that a page has opened by itself. */
  Tab opened(List<Tab> others) {
    return Eventually.await("opened", this::tabs, tabs -> tabs.size() > others.size()).stream()
        .filter(tab -> others.stream().noneMatch(other -> other.handle.equals(tab.handle)))
        .findFirst()
        .orElseThrow();
  }

  /**
   * The driver does it with every tab that it turns to, so it turns to no other one without need.
   */
  private void bringToFront(String handle) {
    if (!handle.equals(current)) {
      driver.switchTo().window(handle);
      current = handle;
    }
  }

  List<Tab> tabs() {
    return driver.getWindowHandles().stream()
        .filter(handle -> !handle.equals(first))
        .map(Tab::new)
        .toList();
  }

  /** Closes all tabs and forgets all cookies: the next page is somebody else's. */
  void forget() {
    tabs().forEach(Tab::close);
    bringToFront(first);
    driver.executeCdpCommand("Network.clearBrowserCookies", Map.of());
    driver.executeCdpCommand("Network.clearBrowserCache", Map.of());
    driver.manage().logs().get(LogType.BROWSER);
  }

  /** Returns what went wrong in any page since the last {@link #forget()}. */
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  /** Returns the main process's command line. */
  String commandLine() throws IOException {
    return Files.readString(Path.of("/proc/" + main().pid() + "/cmdline")).replace('\0', ' ');
  }

  /** Stops all of its processes where they are, as sleep does, for a while. */
  void sleep(Duration howLong) {
    List<String> all = Stream.concat(Stream.of(main()), main().descendants())
        .map(process -> String.valueOf(process.pid()))
        .toList();
    signal("-STOP", all);
    try {
      Eventually.pause(howLong.toMillis());
    } finally {
      signal("-CONT", all);
    }
  }

  private static void signal(String signal, List<String> processes) {
    List<String> command = Stream.concat(Stream.of("kill", signal), processes.stream())
        .collect(toCollection(ArrayList::new));
    try {
      Process kill = new ProcessBuilder(command).inheritIO().start();
      if (kill.waitFor() != 0) {
        throw new AssertionError(command + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private ProcessHandle main() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> {
          String line = process.info().commandLine().orElse("");
          return line.contains("--user-data-dir=" + profile)
              && !line.contains("--type=")
              && !line.contains("crashpad");
        })
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    List<ProcessHandle> all =
        Stream.concat(Stream.of(main()), main().descendants()).toList();
    driver.quit();
    for (ProcessHandle process : all) { // else the profile could not be deleted
      process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
      process.destroyForcibly();
    }
  }

  /** One tab. Whatever is asked of it brings it to the front. */
  final class Tab {
    private final String handle;

    private Tab(String handle) {
      this.handle = handle;
    }

    private ChromeDriver here() {
      bringToFront(handle);
      return driver;
    }

    void go(String url) {
      here().get(url);
    }

    void reload() {
      here().navigate().refresh();
    }

    /** Returns what a script's {@code return} gives. */
    Object js(String script, Object... arguments) {
      return here().executeScript(script, arguments);
    }

    String text(String id) {
      return String.valueOf(js("return document.getElementById(arguments[0]).textContent", id));
    }

    WebElement element(String selector) {
      return here().findElement(By.cssSelector(selector));
    }

    List<String> texts(String selector) {
      return strings(js(
          "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)", selector));
    }

    void click(String selector) {
      WebElement element = element(selector);
      js("arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })", element);
      element.click();
    }

    /** Opens a link in a tab behind this one, as people do with the control key. */
    Tab openBehind(String selector) {
      List<Tab> before = tabs();
      WebElement element = element(selector);
      new Actions(here())
          .keyDown(Keys.CONTROL)
          .click(element)
          .keyUp(Keys.CONTROL)
          .perform();
      return opened(before);
    }

    /** Returns what a page of {@link Pages} has noted under a name. */
    List<String> seen(String what) {
      return strings(js("return seen[arguments[0]].map(String)", what));
    }

    private List<String> strings(Object list) {
      return ((List<?>) list).stream().map(String::valueOf).toList();
    }

    void cdp(String command, Map<String, Object> parameters) {
      here().executeCdpCommand(command, parameters);
    }

    void screenshot(Path file) throws IOException {
      Files.write(file, here().getScreenshotAs(OutputType.BYTES));
    }

    void close() {
      here().close();
    }
  }
}
