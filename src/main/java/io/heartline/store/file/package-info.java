/**
 * The embedded durable store: the windows that lines read from, with a segmented append-only log
 * under them.
 *
 * <h2>One way through</h2>
 *
 * <pre>
 * append:  FileStore queues -> its writer thread gathers what waits -> Group gives positions and encodes -> Journal writes and
 *          forces -> the windows show it, the hub is told -> the publishers are answered
 * start:   Recovery reads the newest checkpoint and the segments from there on -> Replay fills the windows
 * now and then: Checkpoint writes what the windows hold into one file; segments before it are deleted
 * </pre>
 *
 * <h2>Files</h2>
 *
 * <pre>
 * lock                        held while the store is open; who holds it
 * segment-0000000007.log      what was appended, in groups; the last one is being written
 * checkpoint-0000000007.log   what the windows held: read before segment 7; older files are of no use any more
 * *.new                       a checkpoint that was not finished; deleted at the start
 * </pre>
 *
 * <p>Each file is a header and frames. A frame is one group commit: {@code salt u64, sequence u64,
 * length u32, crc32c u32} and its entries; it counts whole or not at all. The salt is random for
 * each file, so that nobody can publish what looks like a frame. A frame is written only after the
 * one before it was forced: a bad frame that a good one follows is therefore damage, and one that
 * nothing follows is the torn tail of a crash, which nobody was answered for.
 */
@NullMarked
package io.heartline.store.file;

import org.jspecify.annotations.NullMarked;
