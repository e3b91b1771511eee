package io.heartline.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.browser.Chromium.Tab;
import io.heartline.nginx.Configuration;
import io.heartline.nginx.NginxInFront;
import io.heartline.nginx.SelfSigned;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page of the chapter "Recipe: Vue with SockJS and STOMP", as it stands there, in Chromium and
 * through the nginx file that we ship: with either STOMP library, on each transport, from our own
 * origin and from another. All pages are frames of one, so that none is hidden.
 */
class VueSockJsIT {
  private static final String BASE = "/execution-progress/info";
  private static final String[] SETTINGS = {
    "heartline.sockjs.bases=" + BASE,
    "heartline.sockjs.legacy=true",
    "heartline.stomp.send=/app/chat.addUser=public",
    "java.util.logging.config.file=deploy/runnable/logging.properties"
  };

  private static final List<String> TRANSPORTS = List.of(
      "websocket",
      "xhr-streaming",
      "eventsource",
      "iframe-eventsource",
      "iframe-htmlfile",
      "xhr-polling",
      "iframe-xhr-polling",
      "jsonp-polling");

  /** It needs no frame of ours where it is our own origin anyway. */
  private static final String OWN_ORIGIN_ONLY = "htmlfile";

  /** File by file, where npm has put it. */
  private static final Map<String, String> LIBRARIES = Map.of(
      "vue.global.prod.js", "vue/dist/vue.global.prod.js",
      "stomp2.js", "stompjs/lib/stomp.min.js",
      "stomp7.js", "@stomp/stompjs/bundles/stomp.umd.min.js");

  /** Has the client take one transport, from a page that says nothing of it. */
  private static final String ONE_TRANSPORT = """
      <script>
        const query = new URLSearchParams(location.search);
        SockJS = (Original => function (url) {
          return new Original(query.get('base') + url, null, { transports: query.get('transport') });
        })(SockJS);
      </script>
      """;

  /** Tells the page around what this one shows, and lets it end it. */
  private static final String NOTES = """
      <script>
        const tell = () => parent.postMessage({
          name: query.get('sender'),
          messages: [...document.querySelectorAll('li')].map(li => li.textContent),
        }, '*');
        setInterval(tell, 100);
        addEventListener('message', event => event.data === 'unmount' && chat.unmount());
      </script>
      """;

  private static final String AROUND = """
      <!doctype html>
      <title>all</title>
      <script>
        const told = {};
        addEventListener('message', ({ data }) => { if (data.name) told[data.name] = data; });
        function add(url) {
          const frame = document.createElement('iframe');
          frame.width = 120;
          frame.height = 60;
          frame.src = url;
          document.body.append(frame);
        }
        function unmount() {
          for (const frame of document.querySelectorAll('iframe')) frame.contentWindow.postMessage('unmount', '*');
        }
      </script>
      <body>
      """;

  @TempDir
  static Path folder;

  /** One page of the chapter. */
  private record Page(String library, String transport, boolean ownOrigin) {
    String name() {
      return library + " " + transport + (ownOrigin ? " own" : " other");
    }

    String url(int own, int other) {
      String query = "?sender=" + name().replace(' ', '+') + "&transport=" + transport + "&base="
          + (ownOrigin ? "" : "https://127.0.0.1:" + own + "/heartline/");
      return "https://127.0.0.1:" + (ownOrigin ? own : other) + "/heartline/" + library + ".html"
          + query;
    }
  }

  private static List<Page> pages() {
    List<Page> pages = new ArrayList<>();
    for (String library : List.of("stomp2", "stomp7")) {
      for (String transport : TRANSPORTS) {
        pages.add(new Page(library, transport, true));
        pages.add(new Page(library, transport, false));
      }
      pages.add(new Page(library, OWN_ORIGIN_ONLY, true));
    }
    return pages;
  }

  @Test
  void whatOnePageSendsAllHearOnEachTransport() throws IOException {
    Path site = Files.createDirectories(folder.resolve("site"));
    writePages(site);
    int own = NginxInFront.freePort();
    int other = NginxInFront.freePort();
    Path data = folder.resolve("war");
    String[] settings = Stream.concat(
            Stream.of(SETTINGS), Stream.of("heartline.origins=https://127.0.0.1:" + other))
        .toArray(String[]::new);
    RunningWar war = RunningWar.start(data, settings);
    try (NginxInFront nginx = nginx(site, own, other, war);
        Chromium browser =
            Chromium.start(folder.resolve("profile"), "--ignore-certificate-errors")) {
      Tab tab = browser.open("https://127.0.0.1:" + own + "/heartline/around.html");
      List<Page> pages = pages();
      List<String> joined = new ArrayList<>();
      for (Page page : pages) {
        tab.js("add(arguments[0])", page.url(own, other));
        joined.add("{\"sender\":\"" + page.name() + "\",\"chatType\":\"JOIN\"}");
        awaitHeard(tab, page.name(), joined.get(joined.size() - 1));
      }
      for (int i = 0; i < pages.size(); i++) {
        int from = i;
        Eventually.await(
            "all that came after " + pages.get(i).name(),
            () -> messages(tab, pages.get(from).name()),
            joined.subList(from, joined.size())::equals);
      }

      String[] again = Stream.concat(Stream.of(settings), Stream.of("heartline.port=" + war.port()))
          .toArray(String[]::new);
      war.stop();
      war = RunningWar.start(data, again);
      war.publish("public", "\"published while nobody was there\"");
      for (int i = 0; i < pages.size(); i++) {
        awaitHeard(tab, pages.get(i).name(), joined.get(i), 2); // it is back
      }
      war.publish("public", "\"to all\"");
      for (Page page : pages) {
        awaitHeard(tab, page.name(), "to all");
      }
      for (int i = 0; i < pages.size(); i++) {
        List<String> heard = messages(tab, pages.get(i).name());
        List<String> first = joined.subList(i, joined.size());
        assertThat(heard.subList(0, first.size())).isEqualTo(first);
        assertThat(heard.subList(first.size(), heard.size()))
            .as("what %s heard after the restart", pages.get(i).name())
            .hasSize(pages.size() + 2)
            .startsWith("published while nobody was there")
            .endsWith("to all")
            .containsAll(joined);
      }

      long before = left(war);
      tab.js("unmount()");
      RunningWar running = war;
      Eventually.await("left", () -> left(running) - before, n -> n == pages.size());
      assertThat(war.output()).noneMatch(line -> line.contains("Exception"));
      nginx.close();
    } finally {
      war.close();
    }
  }

  /** Returns how many lines have ended. Some clients leave without having said so. */
  private static long left(RunningWar war) {
    return war.output().stream().filter(line -> line.contains(" ended after ")).count();
  }

  private static void awaitHeard(Tab tab, String name, String text) {
    awaitHeard(tab, name, text, 1);
  }

  private static void awaitHeard(Tab tab, String name, String text, int times) {
    Eventually.await(
        name + " hears " + text,
        () -> messages(tab, name),
        heard -> heard.stream().filter(text::equals).count() == times);
  }

  private static List<String> messages(Tab tab, String name) {
    Object messages = tab.js("return told[arguments[0]] ? told[arguments[0]].messages : []", name);
    return ((List<?>) messages).stream().map(String::valueOf).toList();
  }

  private static NginxInFront nginx(Path site, int own, int other, RunningWar war)
      throws IOException {
    SelfSigned tls = SelfSigned.make(folder);
    String shipped = Configuration.shipped(folder, own, tls, war).text();
    String pages = "location ~ ^/heartline/([a-z0-9]+\\.html|vue.*js|stomp.*js|chat\\.js)$ {"
        + " alias " + site + "/$1; types { text/html html; text/javascript js; } }\n";
    String http = replaced(
        replaced(
            replaced(
                shipped,
                "listen 127.0.0.1:" + own + " ssl;",
                "listen 127.0.0.1:" + own + " ssl http2;"),
            "location ~ ^/heartline/sockjs(/|$) {",
            "location ~ ^/heartline/(sockjs|execution-progress/info)(/|$) {"),
        "    location /heartline/ {",
        pages + "    location /heartline/ {");
    String elsewhere = "server { listen 127.0.0.1:" + other + " ssl http2; ssl_certificate "
        + tls.certificate() + "; ssl_certificate_key " + tls.key() + ";\n" + pages
        + "location = /heartline/sockjs.min.js { proxy_pass http://heartline; proxy_http_version 1.1; }}\n";
    return NginxInFront.start(folder.resolve("nginx"), new Configuration(http + elsewhere), own);
  }

  private static String replaced(String text, String shipped, String here) {
    assertThat(text).contains(shipped);
    return text.replace(shipped, here);
  }

  private static void writePages(Path site) throws IOException {
    String chapter = Files.readString(Path.of("src/site/markdown/recipe-vue.md"));
    String html = block(chapter, "html");
    Files.writeString(site.resolve("chat.js"), block(chapter, "js"));
    Files.writeString(site.resolve("around.html"), AROUND);
    for (String library : List.of("stomp2", "stomp7")) {
      String page = replaced(
          replaced(
              html,
              "<script src=\"stomp.min.js\"></script>\n",
              "<script src=\"" + library + ".js\"></script>\n" + ONE_TRANSPORT),
          "<script src=\"chat.js\"></script>\n",
          "<script src=\"chat.js\"></script>\n" + NOTES);
      Files.writeString(site.resolve(library + ".html"), page);
    }
    for (Map.Entry<String, String> library : LIBRARIES.entrySet()) {
      Files.copy(
          Path.of("src/test/js/clients/node_modules", library.getValue()),
          site.resolve(library.getKey()));
    }
  }

  private static String block(String chapter, String language) {
    Matcher block = Pattern.compile("(?s)```" + language + "\n(.*?)```").matcher(chapter);
    assertThat(block.find()).as("a block of %s", language).isTrue();
    return block.group(1);
  }
}
