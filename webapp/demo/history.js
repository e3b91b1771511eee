const EARLIER = 20; // messages shown from before the page was opened
const PATIENCE = 3_000; // ms

/**
 * What was published before the page was opened, and the position to go on from: reading on from there misses nothing
 * and repeats nothing, and what comes from now on cannot be mistaken for what was there.
 *
 * @returns {Promise<{messages: {offset: number, time: number, data: *}[], start: {after: string}|{}}>} nothing, and a
 *     start from now, if the server does not tell
 */
export async function before(channel) {
  try {
    const url = `../api/history?channel=${encodeURIComponent(channel)}&last=${EARLIER}`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE), cache: 'no-store' });
    if (!answer.ok) return { messages: [], start: {} };
    const { publications, position } = await answer.json();
    return { messages: publications, start: { after: position } };
  } catch {
    return { messages: [], start: {} };
  }
}
