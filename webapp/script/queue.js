const MOST = 10_000; // publications that wait for a loop to take them

/**
 * What a `for await` loop over a subscription has not taken yet.
 * Internal.
 */
export class Queue {
  #items = []; // { value } or { error }
  #waiting = []; // { resolve, reject } of calls that found nothing
  #over = false;

  /** @returns {boolean} false if the loop has fallen too far behind: then all is dropped, and it is told so */
  put(value) {
    if (this.#items.length >= MOST) {
      this.#items = [];
      return false;
    }
    this.#add({ value });
    return true;
  }

  /** Ends the loop that comes to it. What is put behind it waits for the next loop. */
  fail({ code, message, ...about }) {
    this.#add({ error: Object.assign(new Error(message), { code, ...about }) });
  }

  /** No more comes: loops end when all is taken. */
  end() {
    this.#over = true;
    for (const { resolve } of this.#waiting.splice(0)) resolve({ value: undefined, done: true });
  }

  /** @returns {Promise<{value: object, done: boolean}>} */
  take() {
    return new Promise((resolve, reject) => {
      const item = this.#items.shift();
      if (item) this.#hand(item, { resolve, reject });
      else if (this.#over) resolve({ value: undefined, done: true });
      else this.#waiting.push({ resolve, reject });
    });
  }

  #add(item) {
    const next = this.#waiting.shift();
    if (next) this.#hand(item, next);
    else this.#items.push(item);
  }

  #hand({ value, error }, { resolve, reject }) {
    if (error) reject(error);
    else resolve({ value, done: false });
  }
}
