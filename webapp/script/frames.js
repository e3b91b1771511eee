// How commands become frames.

export const FRAME = 16_384; // characters of commands put into one frame; servers take 64 KiB

/** @returns {number} the length of a well-formed text in UTF-8 */
export function bytesOf(text) {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0);
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** @returns {string[]} the commands, which may be JSON already, one per line, in as few frames as fit */
export function framesOf(commands, limit) {
  const frames = [];
  for (const text of commands.map(command => (typeof command === 'string' ? command : JSON.stringify(command)))) {
    const last = frames.length - 1;
    if (last >= 0 && frames[last].length + text.length < limit) frames[last] += `\n${text}`;
    else frames.push(text);
  }
  return frames;
}
