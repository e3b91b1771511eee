/**
 * What text means: text in, {@link io.heartline.protocol.Command}s out;
 * {@link io.heartline.protocol.Push}es in, text out. Pure: no I/O, no threads. What must be
 * remembered from message to message belongs to one line's {@link io.heartline.protocol.Dialect}.
 * Nothing here knows how text travels.
 *
 * <h2>heartline.v1</h2>
 *
 * JSON text frames, one or more objects per frame separated by newlines, both ways. Unknown keys
 * are ignored. Commands are answered in order, one answer each. Times are milliseconds; positions
 * are opaque text.
 *
 * <pre>
 * page    {"hello":{"instance"?,"token"?,"as"?,"take"?}}    first frame, optional; claims the seat
 * server  {"welcome":{"line","instance"?,"user"?,"beat","grace","time","limits":{"message","channels"}}}
 *                                                          the answer to the first frame, whatever it is
 * page    {"subscribe":"orders","after":"&lt;position>"?,"last":n?,"token"?}
 * server  {"subscribed":"orders","position":"&lt;position>","recovered":true}
 *         {"subscribed":"orders","position":"&lt;position>","recovered":false,"reason":"trimmed"}   no gap follows: this is it
 * server  {"channel":"orders","offset":13,"time":ms,"position":"&lt;position>"?,"id"?,"data":...}
 *                                                          time: when it was published; id: its publisher's own; the last
 *                                                          push of each channel in a frame carries the position to resume from
 * server  {"gap":"orders","position":"&lt;position>","reason":"trimmed|epoch|diverged|unknown"}
 * page    {"unsubscribe":"orders"}
 * server  {"unsubscribed":"orders","reason"?}
 * page    {"publish":"orders","data":...,"id"?}             any JSON; the same id is published once
 * server  {"published":"orders","position":"&lt;position>","id"?}
 * page    {"token":"..."}                                  renews credentials
 * server  {"beat":&lt;ms>}      page {"beat":...}             a page's beat is never answered
 * page    {"probe":n}        server {"probed":n}
 * server  {"bye":{"code","reason","reconnect","delay","spread"?}}  before any deliberate close; spread: the server stops
 * server  {"expiring":&lt;ms>}                                the credentials, or the HTTP session that the line is bound to, end then
 * server  {"error":{"code","message","about","id"?}}       a refused command; the line lives on
 * </pre>
 *
 * Error codes: {@code malformed} (not a JSON object, or a field of the wrong kind), {@code unknown}
 * (no such command), {@code channel} (not a valid name), {@code already} (already subscribed),
 * {@code none} (not subscribed), {@code forbidden}, {@code limit} (too many channels),
 * {@code unavailable} (cannot be done or decided now; try again), {@code unsupported}.
 *
 * <h2>Server-sent events</h2>
 *
 * The server's side of {@code heartline.v1}, one event per object; the client says nothing back.
 * The welcome comes first, then the result for each channel in the URL. Each push carries its
 * position. After each batch comes an event with only an {@code id}: {@code channel=position,...},
 * see {@link io.heartline.protocol.Since}.
 *
 * <h2>Raw text</h2>
 *
 * Every frame is plain text. {@code ping} is answered with {@code pong}; {@code HeartBeat}, in any
 * letter case, with {@code HeartBeat}. Publications arrive as their bare data, one frame each: a
 * JSON string as its text, anything else as its JSON.
 */
@NullMarked
package io.heartline.protocol;

import org.jspecify.annotations.NullMarked;
