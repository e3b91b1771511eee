// What the page's line travels on, with a pair of scissors. Heartline takes any class that behaves like these.

let cutNow = null;

/** Drops the present connection as a lost network does: no close is said first. */
export const cutTheWire = () => cutNow?.();

/** A browser's WebSocket. */
export class CuttableWebSocket extends WebSocket {
  constructor(...args) {
    super(...args);
    cutNow = () => {
      this.dispatchEvent(new CloseEvent('close', { code: 1006 }));
      this.close();
    };
  }
}

/** A browser's EventSource. */
export class CuttableEventSource extends EventSource {
  constructor(...args) {
    super(...args);
    cutNow = () => {
      this.dispatchEvent(new Event('error'));
      this.close();
    };
  }
}
