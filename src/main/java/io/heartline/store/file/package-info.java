/**
 * The embedded durable store: the windows that lines read from, with a segmented append-only log
 * under them.
 *
 * <h2>One way through</h2>
 *
 * <pre>
 * append:  FileStore queues -> its thread gathers what waits -> Group gives positions and encodes -> Journal writes and
 *          forces -> the windows show it, the hub is told -> the publishers are answered
 * start:   Recovery reads the newest checkpoint and the segments from there on -> Replay fills the windows
 * now and then: Checkpoint writes what the windows hold into one file; segments before it are deleted
 * </pre>
 *
 * <h2>Files</h2>
 *
 * <pre>
 * lock                        locked while the store is open; says who has it
 * segment-0000000007.log      what was appended, in groups; the last one is being written
 * checkpoint-0000000007.log   what the windows held: read before segment 7; older files are no longer needed
 * *.new                       an unfinished checkpoint; deleted at the start
 * </pre>
 *
 * <p>Each file is a header and frames. A frame is one group commit: {@code salt u64, sequence u64,
 * length u32, crc32c u32} and its entries; it is valid as a whole or not at all. The salt is random
 * for each file, so that no publication can be made to look like a frame. A frame is written only
 * after the one before it was forced. So a bad frame with a good one after it is damage. A bad
 * frame with no good one after it is the torn tail of a crash, and no publisher got an answer for
 * it.
 */
@NullMarked
package io.heartline.store.file;

import org.jspecify.annotations.NullMarked;
