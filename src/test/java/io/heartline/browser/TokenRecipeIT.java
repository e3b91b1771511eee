package io.heartline.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.browser.Chromium.Tab;
import io.heartline.testing.RunningWar;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The application with tokens as the chapter shows it: its program, its page, its settings. */
class TokenRecipeIT {
  private static final Path CHAPTER = Path.of("src/site/markdown/identity-and-rights.md");

  @TempDir
  static Path folder;

  private static final List<Process> SHOPS = new ArrayList<>();
  private static Chromium browser;
  private static String recipe;

  @BeforeAll
  static void start() throws IOException {
    String chapter = Files.readString(CHAPTER);
    int begin = chapter.indexOf("### A back end that signs tokens");
    recipe = chapter.substring(begin, chapter.indexOf("\n### ", begin));
    byte[] random = new byte[36];
    new SecureRandom().nextBytes(random);
    Files.writeString(
        folder.resolve("jwt.secret"), Base64.getEncoder().encodeToString(random) + "\n");
    browser = Chromium.start(folder.resolve("profile"));
  }

  @AfterAll
  static void stop() {
    browser.close();
  }

  @AfterEach
  void end() {
    SHOPS.forEach(Process::destroyForcibly);
    SHOPS.clear();
    browser.forget();
  }

  /** The first block of a language in the recipe, without its indentation. */
  private static String block(String language) {
    Matcher block =
        Pattern.compile("(?s)\n( *)```" + language + "\n(.*?)\n *```").matcher(recipe);
    assertThat(block.find()).as(language).isTrue();
    return block.group(2).replaceAll("(?m)^" + block.group(1), "");
  }

  /** Starts the program and returns its address, without the slash. */
  private static String shop(String program) throws IOException {
    Files.writeString(folder.resolve("Shop.java"), program);
    Process shop = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "Shop.java",
            "jwt.secret",
            "0")
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .start();
    SHOPS.add(shop);
    BufferedReader output = shop.inputReader();
    String address = output.readLine();
    assertThat(address).startsWith("http://127.0.0.1:");
    return address.substring(0, address.length() - 1);
  }

  private static RunningWar war(String shop, String... more) throws IOException {
    List<String> settings = new ArrayList<>(block("properties")
        .replace("/etc/heartline/jwt.secret", folder.resolve("jwt.secret").toString())
        .lines()
        .toList());
    settings.add("heartline.origins=" + shop);
    settings.addAll(List.of(more));
    return RunningWar.start(folder.resolve("war"), settings.toArray(String[]::new));
  }

  private static void page(RunningWar war) throws IOException {
    String base = war.base().toString();
    Files.writeString(
        folder.resolve("index.html"),
        block("html").replace("http://127.0.0.1:8080/heartline/", base));
  }

  private static void awaitText(Tab tab, String id, String text) {
    Eventually.await(id + " is " + text, () -> tab.text(id), text::equals);
  }

  @Test
  void thePageIsItsUsersAndHearsWhatIsForThem() throws IOException {
    String shop = shop(block("java"));
    try (RunningWar war = war(shop)) {
      page(war);
      Tab tab = browser.open(shop + "/");
      awaitText(tab, "state", "live");
      awaitText(tab, "user", "ann");
      Eventually.await(
          "subscribed",
          () -> tab.js("return line.transport === 'websocket' && line.user"),
          "ann"::equals);
      war.publish("{\"user\":\"ann\",\"data\":\"hello\"}");
      Eventually.await(
          "hello", () -> tab.texts("#news li"), texts -> texts.equals(List.of("hello")));
    }
  }

  /** Its tokens last some seconds, and the line goes on over several of them. */
  @Test
  void theLineGoesOnWithNewTokens() throws IOException {
    String program = block("java");
    String shop = shop(program.replace("getEpochSecond() + 300", "getEpochSecond() + 6"));
    try (RunningWar war = war(shop, "heartline.jwt.skew=0s")) {
      page(war);
      Tab tab = browser.open(shop + "/");
      awaitText(tab, "state", "live");
      tab.js("window.told = 0; window.states = [];"
          + "line.on('expiring', () => window.told++); line.on('state', s => states.push(s));");
      Eventually.await(
          "told three times", () -> tab.js("return window.told"), told -> (Long) told >= 3);
      war.publish("{\"user\":\"ann\",\"data\":\"still here\"}");
      Eventually.await(
          "still here", () -> tab.texts("#news li"), texts -> texts.equals(List.of("still here")));
      assertThat(tab.js("return states.join()")).isEqualTo("");
    }
  }

  /** The application no longer knows the user while the line is down. */
  @Test
  void aPageWhoseUserIsGoneSaysSo() throws IOException {
    String shop = shop(block("java"));
    try (RunningWar war = war(shop)) {
      page(war);
      Tab tab = browser.open(shop + "/");
      awaitText(tab, "state", "live");
      tab.js("window.fetch = async () => ({ ok: true, text: async () => null }); line.hide();");
      tab.js("line.show();");
      awaitText(tab, "state", "refused");
    }
  }
}
