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
 * commands:  transport -> Line.received -> Conversation -> subscriptions, seat, answers in the Outbox
 * time:      Timers.poll -> Line.check -> a beat, a close, nothing
 * </pre>
 *
 * <h2>Locks</h2>
 *
 * In this order, never the other way round; nothing is written, closed or waited for while one is
 * held:
 *
 * <ol>
 *   <li>{@code Seats} (one for all): who sits where.
 *   <li>a line's own (its {@code Outbox}, {@code Writer} and cursors): what is to be written.
 *   <li>a channel's shared ranges, then the store's log behind it.
 * </ol>
 */
@NullMarked
package io.heartline.engine;

import org.jspecify.annotations.NullMarked;
