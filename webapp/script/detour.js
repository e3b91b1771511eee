const BLOCKED_AFTER = 2; // WebSockets in a row that failed though HTTP works: something blocks them
const DETOUR = 600_000; // so long server-sent events are preferred, then the WebSocket is tried again

/**
 * Decides when a line goes by server-sent events instead of a WebSocket: where HTTP works and the WebSocket does not.
 * While a server restarts, neither does.
 * Internal.
 */
export class Detour {
  #clock;
  #possible;
  #only; // there is no other way
  #until = null; // null: not on a detour, and none is preferred
  #proven = false; // whether it brought a welcome
  #deaf = 0; // WebSockets in a row that opened and brought nothing

  /**
   * @param {boolean} possible whether there is such a way at all
   * @param {boolean} only whether there is no WebSocket here
   */
  constructor(clock, possible, only) {
    this.#clock = clock;
    this.#possible = possible;
    this.#only = only;
  }

  /** @type {boolean} whether the next attempt goes that way */
  get isPreferred() {
    if (this.#only) return true;
    const left = this.#until === null ? 0 : this.#until - this.#clock.now();
    return left > 0 && left <= DETOUR; // a clock that was set back makes no detour longer
  }

  welcomed(mute) {
    this.#deaf = 0;
    if (mute) this.#proven = true;
    else this.#until = null;
  }

  /** @returns {boolean} whether the next attempt is a WebSocket, whatever the last one was */
  end() {
    if (this.#until !== null) this.#until = 0;
    return !this.#only;
  }

  /**
   * @param {object} end of a line by server-sent events
   * @returns {boolean} false if that way never worked, so that it was not the answer: before it is tried again, HTTP
   *     has to be seen to work
   */
  streamEnded({ opened, deaf }) {
    this.#deaf = deaf ? this.#deaf + 1 : 0;
    if (this.#proven || (opened && !deaf)) return true;
    this.#until = null;
    return false;
  }

  /**
   * @param {object} end of a WebSocket
   * @param {number} unopened attempts in a row that never opened
   * @param {boolean} answered whether HTTP works meanwhile
   */
  socketEnded({ deaf }, unopened, answered) {
    this.#deaf = deaf ? this.#deaf + 1 : 0;
    if (!this.#possible) return;
    const refused = unopened >= BLOCKED_AFTER && answered;
    const failed = unopened > 0 || this.#deaf > 0;
    const until = this.#clock.now() + DETOUR;
    if (this.#until !== null && failed) this.#until = until;
    else if (refused || this.#deaf >= BLOCKED_AFTER) {
      this.#until = until;
      this.#proven = false;
    }
  }
}
