/** How much of a text is shown around the place where it stops being JSON. */
const SHOWN = 12;

/**
 * @returns {?string} what is wrong with a text that should be JSON, as sentences; null if nothing. Browsers' own
 *     messages name tokens and positions, each in another way, and tell nobody what to do
 */
export function jsonProblem(text) {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    if (text.trim() === '') return 'The message is empty. Empty text in JSON is "".';
    return `The message is not JSON${where(text, error.message)}. ${advice(text)}`;
  }
}

/** Chromium and Safari tell a position, Firefox a line and a column; without either nothing is said of the place. */
function where(text, message) {
  const byPosition = /position (\d+)/.exec(message);
  const byLine = /line (\d+) column (\d+)/.exec(message);
  const at = byPosition ? Number(byPosition[1]) : byLine && positionOf(text, Number(byLine[1]), Number(byLine[2]));
  if (at === null || !(at < text.length)) return /end of|unterminated/i.test(message) ? ': it ends too early' : '';
  const line = text.slice(0, at).split('\n').length;
  const part = text.slice(at, at + SHOWN).split('\n')[0];
  return `: look at line\u00a0${line}${part.trim() ? `, at “${part.trim()}”` : ''}`;
}

function positionOf(text, line, column) {
  return text.split('\n').slice(0, line - 1).reduce((sum, before) => sum + before.length + 1, 0) + column - 1;
}

function advice(text) {
  const looksLikeText = !/[{[\]}"]/.test(text);
  return looksLikeText ? 'Text needs double quotes around it, or choose Text above.' : 'Names and text need double quotes, and no comma stands before a closing bracket.';
}
