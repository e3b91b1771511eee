// What the browser offers, and what becomes of a page's mistakes.

/** What the browser offers. Some mini programs know no globalThis. */
export const browser = typeof globalThis === 'undefined' ? {} : globalThis;

export const nothing = () => {};

/** A page's mistake is shown like any uncaught error, and nothing else of ours stops for it. */
export function report(error) {
  if (typeof browser.reportError === 'function') browser.reportError(error);
  else console.error(error);
}

export function attempt(fn, ...args) {
  try {
    return fn(...args);
  } catch (error) {
    report(error);
    return undefined;
  }
}

let ofPage = null; // made once, so that all lines of a page have the same

/** Events of the page's life and its network, from where browsers fire them; null outside a page. */
export function browserEvents() {
  const { window, document } = browser;
  if (!window?.addEventListener || !document?.addEventListener) return null;
  const onDocument = new Set(['visibilitychange', 'freeze', 'resume']);
  const home = type => (onDocument.has(type) ? document : window);
  if (ofPage?.document === document) return ofPage;
  ofPage = {
    document,
    addEventListener: (type, fn) => home(type).addEventListener(type, fn),
    removeEventListener: (type, fn) => home(type).removeEventListener(type, fn),
    get visibilityState() {
      return document.visibilityState;
    },
  };
  return ofPage;
}

/** What relative addresses are relative to. A frame made by srcdoc and a worker made from a blob have their creator's. */
export function browserPlace() {
  const href = browser.document?.baseURI ?? browser.location?.href;
  return href && { href: href.replace(/^blob:/, '') };
}

/** Reading it throws where storage is forbidden. */
export function browserStorage() {
  try {
    return browser.sessionStorage;
  } catch {
    return undefined;
  }
}
