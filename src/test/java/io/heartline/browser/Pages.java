package io.heartline.browser;

/** Pages of one's own, as somebody who has read the README would write them. */
final class Pages {
  /** Allows a page what its own server gives it, and nothing else. */
  static final String STRICT = "Content-Security-Policy: default-src 'self'\r\n";

  /** Forbids a page to connect to anywhere. */
  static final String UNCONNECTED =
      "Content-Security-Policy: default-src 'self'; connect-src 'none'\r\n";

  static final String CLASSIC = "/own/classic.html";
  static final String MODULE = "/own/module.html";
  /** The modules as they are in the sources, without a build. */
  static final String SOURCES = "/own/sources.html";

  /** A frame made by srcdoc, whose own address has no host. */
  static final String FRAME = "/own/frame.html";

  /** A worker made from a blob, whose own address is no place for relative ones. */
  static final String WORKER = "/own/worker.html";

  /** A page that tells others of its origin how its line is, and whether anybody looks at it. */
  static final String TELLING = "/own/telling.html";

  static final String BLOCKED = "/own/blocked.html";
  static final String HEART_CHECK = "/own/heartcheck.html";
  static final String BOTH = "/own/both.html";
  static final String ELSEWHERE = "/own/elsewhere.html";

  /** Imports the module of the server that its query names as {@code base}. */
  static final String ELSEWHERE_MODULE = "/own/elsewhere-module.html";

  private static final String JAVASCRIPT = "text/javascript";

  /** Notes what happens, for the tests to look at. */
  private static final String NOTES = """
      'use strict';
      window.seen = { states: [], data: [], story: [], gaps: [], errors: [], shown: [], visibility: [document.visibilityState],
        closes: [], beats: [], answers: [], quietBeats: 0, late: [] };
      addEventListener('error', event => seen.errors.push(event.message));
      addEventListener('unhandledrejection', event => seen.errors.push(event.reason));
      addEventListener('securitypolicyviolation', event => seen.errors.push(event.violatedDirective));
      addEventListener('pageshow', event => seen.shown.push(event.persisted));
      document.addEventListener('visibilitychange', () => seen.visibility.push(document.visibilityState));

      window.follow = (Heartline, url = '/heartline/line') => {
        const query = new URLSearchParams(location.search);
        const line = window.line = new Heartline(url, query.has('hasty') ? { WebSocket: Hasty } : {});
        line.on('state', (state, detail) => {
          seen.detail = detail;
          seen.states.push(state);
        });
        line.on('error', ({ message }) => seen.errors.push(message));
        line.on('beat', ({ serverTime }) => {
          seen.beats.push(serverTime);
          seen.quietBeats++;
        });
        const start = query.has('after') ? { after: query.get('after') } : {};
        const channel = line.subscribe(query.get('channel'), data => {
          seen.data.push(data);
          seen.story.push(data);
        }, start);
        channel.on('gap', ({ reason }) => {
          seen.gaps.push(reason);
          seen.story.push(`gap ${reason}`);
        });
        channel.on('subscribed', () => seen.subscribed = true);
      };

      // Timers that arm each other, as pages have them: a hidden page's are held back, and beats are counted meanwhile.
      let due = Date.now();
      window.tick = () => {
        seen.quietBeats = 0;
        const late = Date.now() - due;
        if (late > 2_000) seen.late.push(late);
        due = Date.now() + 500;
        setTimeout(tick, 500);
      };
      tick();

      // Believes the server to beat more often, and to be less patient, than it does and is.
      class Hasty extends WebSocket {
        set onmessage(fn) {
          super.onmessage = event => fn({ data: event.data.replace(/"(beat|grace)":\\d+/g, '"$1":1000') });
        }
      }
      """;

  private static final String TELLS = """
      follow(Heartline);
      const told = new BroadcastChannel('told');
      line.on('state', state => told.postMessage(`${state} ${document.visibilityState}`));
      """;

  private static final String IMPORTS = """
      const base = new URLSearchParams(location.search).get('base');
      const { Heartline } = await import(`${base}heartline.mjs`);
      follow(Heartline, `${base}line`);
      """;

  private static final String FRAMED = """
      const channel = new URLSearchParams(parent.location.search).get('channel');
      const line = new Heartline('/heartline/line');
      line.on('state', state => parent.seen.states.push(state));
      line.subscribe(channel, data => parent.seen.data.push(data)).on('subscribed', () => {
        parent.seen.subscribed = true;
        parent.seen.transport = line.transport;
      });
      """;

  private static final String WORKING = """
      const query = new URLSearchParams(location.search);
      const channel = query.get('channel');
      const type = query.get('worker');
      const here = `${location.origin}/heartline/`;
      const script = type === 'module'
        ? `import { Heartline } from '${here}heartline.mjs';`
        : `importScripts('${here}heartline.js');`;
      const source = `${script}
        const line = new Heartline('/heartline/line');
        line.on('state', state => postMessage({ state }));
        line.subscribe('${channel}', data => postMessage({ data })).on('subscribed', () => postMessage({ subscribed: true }));`;
      const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })), { type });
      worker.onerror = event => seen.errors.push(event.message);
      worker.onmessage = ({ data: told }) => {
        if (told.state) seen.states.push(told.state);
        else if (told.subscribed) seen.subscribed = true;
        else seen.data.push(told.data);
      };
      """;

  /** As the founding pages do it, with our heart check in the place of theirs. */
  private static final String SEED = """
      var websocket;
      function createWebSocket() {
        websocket = new WebSocket('ws://' + location.host + '/heartline/updatewebsocket');
        websocket.onopen = function () { heartCheck.start(); };
        websocket.onmessage = function (e) {
          heartCheck.reset();
          (e.data === 'HeartBeat' ? seen.answers : seen.data).push(e.data);
        };
        websocket.onclose = function (e) {
          seen.closes.push(e.code);
          if (e.code != 4500) setTimeout(createWebSocket, 100);
        };
      }
      var heartCheck = Heartline.heartCheck(() => websocket, { beat: 1000, grace: 1000 });
      createWebSocket();
      """;

  private Pages() {}

  /** Puts all of them under the front's own origin. */
  static Front on(Front front) {
    return front
        .page("/own/notes.js", JAVASCRIPT, "", NOTES)
        .page("/own/classic.js", JAVASCRIPT, "", "follow(Heartline);")
        .page(
            "/own/module.js",
            JAVASCRIPT,
            "",
            "import { Heartline, heartCheck } from '/heartline/heartline.mjs';\n"
                + "if (typeof heartCheck === 'function') follow(Heartline);")
        .page("/own/seed.js", JAVASCRIPT, "", SEED)
        .page("/own/elsewhere-module.js", JAVASCRIPT, "", IMPORTS)
        .page(
            ELSEWHERE_MODULE,
            "text/html",
            "",
            "<!doctype html><title>own</title>" + script("/own/notes.js")
                + "<script type=module src=/own/elsewhere-module.js></script>")
        .page("/own/telling.js", JAVASCRIPT, "", TELLS)
        .page(TELLING, "text/html", STRICT, html(script("/own/telling.js")))
        .page(
            "/own/sources.js",
            JAVASCRIPT,
            "",
            "import { Heartline } from '/heartline/script/index.js';\nfollow(Heartline);")
        .page("/own/framed.js", JAVASCRIPT, "", FRAMED)
        .page("/own/working.js", JAVASCRIPT, "", WORKING)
        .page(
            SOURCES,
            "text/html",
            STRICT,
            "<!doctype html><title>own</title>" + script("/own/notes.js")
                + "<script type=module src=/own/sources.js></script>")
        .page(
            FRAME,
            "text/html",
            STRICT,
            "<!doctype html><title>own</title>" + script("/own/notes.js") + "<iframe srcdoc=\""
                + script("/heartline/heartline.js") + script("/own/framed.js") + "\"></iframe>")
        .page(
            WORKER,
            "text/html",
            "",
            "<!doctype html><title>own</title>" + script("/own/notes.js")
                + script("/own/working.js"))
        .page(CLASSIC, "text/html", STRICT, html(script("/own/classic.js")))
        .page(
            MODULE,
            "text/html",
            STRICT,
            "<!doctype html><title>own</title>" + script("/own/notes.js")
                + "<script type=module src=/own/module.js></script>")
        .page(BLOCKED, "text/html", UNCONNECTED, html(script("/own/classic.js")))
        .page("/own/another.html", "text/html", STRICT, "<!doctype html><title>another</title>")
        .page(BOTH, "text/html", STRICT, html(script("/own/classic.js") + script("/own/seed.js")))
        .page(HEART_CHECK, "text/html", STRICT, html(script("/own/seed.js")));
  }

  /** Puts a page here whose script and line are another server's. */
  static void elsewhere(Front front, String base) {
    front
        .page("/own/elsewhere.js", JAVASCRIPT, "", "follow(Heartline, '" + base + "line');")
        .page(
            ELSEWHERE,
            "text/html",
            "",
            "<!doctype html><title>own</title>" + script(base + "heartline.js")
                + script("/own/notes.js") + script("/own/elsewhere.js"));
  }

  private static String html(String script) {
    return "<!doctype html><title>own</title><a id=another href=/own/another.html target=_blank"
        + " rel=opener>another</a>" + script("/heartline/heartline.js")
        + script("/own/notes.js") + script;
  }

  private static String script(String path) {
    return "<script src=" + path + "></script>";
  }
}
