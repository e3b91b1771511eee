/**
 * Lines, seats, the hub, writers and heartbeats. Owns all locks and timers; the outside is reached
 * through ports.
 *
 * <h2>One way through</h2>
 *
 * <pre>
 * publish:   api -> Engine.publish -> Store.append ... committed -> Hub.mark (O(1)) -> answer with positions
 * walk:      threads of the WriterPool walk a marked channel's cursors, put each in its line's Outbox, and write where that holds
 *            no thread; else they queue the line
 * write:     a thread of the WriterPool asks the line's Outbox for the next write, the Connection writes it, the line goes to
 *            the back of the queue if there is more
 * seats:     Seats.claim -> SeatBook (read, replace) -> Nodes -> the older line's node closes it; SeatWatch looks up what got lost
 * commands:  transport -> Line.received -> Dialect.decode -> Steps of the Conversation -> identity, seat, rights, subscriptions ->
 *            answers in the Outbox
 * time:      Timers.poll -> Watch.check -> a beat, a close, nothing
 * </pre>
 *
 * <h2>The life of a line</h2>
 *
 * <table border="1">
 *   <caption>The words for it, and who sees to it</caption>
 *   <tr><th>word</th><th>means</th><th>in</th></tr>
 *   <tr><td>opened</td><td>It was let in and counts. Only its door is known.</td>
 *     <td>{@link Engine#open}</td></tr>
 *   <tr><td>welcomed</td>
 *     <td>Its identity and its seat are decided, and a page was told so. It reads, and its commands
 *     are carried out.</td><td>{@link Conversation}</td></tr>
 *   <tr><td>draining</td><td>Its page was told when to come back. Everything else goes on until that moment.</td>
 *     <td>{@link Ending#drain}</td></tr>
 *   <tr><td>ending</td>
 *     <td>It is decided how it will be closed. Commands are no longer taken; what must still be
 *     said is written.</td><td>{@link Ending#close}</td></tr>
 *   <tr><td>closed</td>
 *     <td>The close was handed to the container, after everything that had to be said.</td>
 *     <td>{@link Writer}</td></tr>
 *   <tr><td>cut</td>
 *     <td>The same, but in the middle of a stalled write: the client may not see the code.</td>
 *     <td>{@link Ending#cut}</td></tr>
 *   <tr><td>gone</td><td>The connection is over, whoever ended it. Nothing refers to the line any more.</td>
 *     <td>{@link Ending#gone}</td></tr>
 * </table>
 *
 * <h2>Locks</h2>
 *
 * No lock is held while something is written or closed, while a port that may wait is asked, or
 * while somebody's continuation runs. A conversation has no lock while its steps run: they take
 * turns. Two locks are held at a time only where a row says so, the outer one first.
 *
 * <table border="1">
 *   <caption>Every lock of this package</caption>
 *   <tr><th>lock</th><th>guards</th><th>inside it</th></tr>
 *   <tr><td>{@link Writer}, one per line</td><td>its state, its {@link Outbox}, what changes in its cursors</td>
 *     <td>the channel's shared ranges and, behind them, the store's log; {@link EncodedRange};
 *     {@link Buckets}</td></tr>
 *   <tr><td>{@link Channel}'s shared ranges, one per channel</td><td>which ranges its lines share</td>
 *     <td>the store's log: a view never waits; {@link EncodedRanges}</td></tr>
 *   <tr><td>{@link EncodedRange}, one per range</td>
 *     <td>that one line encodes the range while others that need it wait</td>
 *     <td>{@link EncodedRanges}</td></tr>
 *   <tr><td>{@link EncodedRanges}, one for all</td><td>how much heap all encoded texts use</td>
 *     <td>nothing</td></tr>
 *   <tr><td>{@link Subscriptions}, one per line</td><td>which cursors the line has</td><td>nothing</td></tr>
 *   <tr><td>{@link Steps}, one per line</td><td>the steps that wait, not those that run</td><td>nothing</td></tr>
 *   <tr><td>{@link Kept}, one per line</td><td>what the line holds of {@link Unfinished}, and whether it still may</td>
 *     <td>the share</td></tr>
 *   <tr><td>{@link Unfinished.Share}, three for all</td><td>who holds how much of it</td><td>nothing</td></tr>
 *   <tr><td>{@link Deadlines}, one per line</td><td>which deadlines are set</td><td>nothing</td></tr>
 *   <tr><td>{@link Liveness}, one per line</td>
 *     <td>when the line was last heard and last written to</td><td>nothing</td></tr>
 *   <tr><td>{@link Walk}, one per channel</td><td>how far the walk has come</td><td>nothing</td></tr>
 *   <tr><td>{@link Hub} and {@link Lines}: an entry of a map</td><td>how many read a channel; the lines of a user</td>
 *     <td>nothing</td></tr>
 *   <tr><td>{@link SeatWatch}, one for all</td><td>which seats are to be looked up, and how many are being looked up</td>
 *     <td>nothing</td></tr>
 *   <tr><td>{@link MemorySeatBook}: an entry of a map</td><td>one seat; {@link Seats} itself has no lock, it compares and sets</td>
 *     <td>nothing</td></tr>
 *   <tr><td>{@link Presence}, one for all</td><td>which lines read which channels in which presence is kept</td>
 *     <td>{@link SharedRoster}, {@link Telling}, {@link Timers}</td></tr>
 *   <tr><td>{@link SharedRoster}, one for all</td><td>what other nodes have told, and which of them publishes</td>
 *     <td>{@link Telling}, {@link Timers}</td></tr>
 *   <tr><td>{@link Telling}, one for all</td><td>who is in channels, and what was published of it</td>
 *     <td>{@link Timers}</td></tr>
 *   <tr><td>{@link Buckets}: an entry of a map</td><td>how much of a rate is left to one</td><td>nothing</td></tr>
 *   <tr><td>{@link WriterPool}, one for all</td><td>its threads and the turns that wait</td><td>nothing</td></tr>
 *   <tr><td>{@link Repeats}, one per log</td><td>what was logged and counted in the minutes under way</td>
 *     <td>nothing: what is to be logged is logged outside it</td></tr>
 *   <tr><td>{@link Timers}, one per poller</td><td>the deadlines</td><td>nothing</td></tr>
 * </table>
 */
@NullMarked
package io.heartline.engine;

import org.jspecify.annotations.NullMarked;
