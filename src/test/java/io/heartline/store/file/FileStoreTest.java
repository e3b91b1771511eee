package io.heartline.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.engine.Draft;
import io.heartline.engine.Store;
import io.heartline.log.Retention;
import io.heartline.model.GapReason;
import io.heartline.model.Position;
import io.heartline.store.StoreContract;
import io.heartline.store.window.Bounds;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, and what only a store on a disk can promise. */
class FileStoreTest extends StoreContract {
  private static final FileOptions OPTIONS = new FileOptions(1 << 20, 64 << 20);

  @TempDir
  Path folder;

  private final FaultyDisk disk = new FaultyDisk();

  /** More than the contract's, for tests that fill segments. */
  private static final Bounds WIDE =
      new Bounds(new Retention(1000, Duration.ofHours(1), 1 << 20), 4 << 20, 1000);

  @Override
  protected Store open() throws IOException {
    return open(BOUNDS, OPTIONS);
  }

  private FileStore open(Bounds bounds, FileOptions options) throws IOException {
    return new Opening(disk, directory(), options, bounds, time, Thread::new).open("life");
  }

  private Path directory() {
    return folder.resolve("store");
  }

  private void reopen() throws IOException {
    reopen(BOUNDS, OPTIONS);
  }

  private void reopen(Bounds bounds, FileOptions options) throws IOException {
    store.close();
    store = open(bounds, options);
  }

  private List<Path> files(String part) throws IOException {
    try (Stream<Path> files = Files.list(directory())) {
      return files
          .filter(f -> f.getFileName().toString().contains(part))
          .sorted()
          .toList();
    }
  }

  private Path lastSegment() throws IOException {
    List<Path> segments = files("segment");
    return segments.get(segments.size() - 1);
  }

  private long size() throws IOException {
    long size = 0;
    for (Path file : files("")) {
      try {
        size += Files.size(file);
      } catch (java.nio.file.NoSuchFileException e) {
        continue; // a checkpoint has just made it needless
      }
    }
    return size;
  }

  @Test
  void epochOffsetTagAndDataGoOnAfterARestart() throws IOException {
    append("a", "1");
    Position second = append("a", "\"二\"");
    time.jump(Duration.ofHours(-1));
    reopen();
    assertThat(head("a")).isEqualTo(second);
    assertThat(data("a")).containsExactly("1", "\"二\"");
    assertThat(start("a", second).recovered()).isTrue();
    Position third = append("a", "3");
    assertThat(third.epoch()).isEqualTo(second.epoch());
    assertThat(third.offset()).isEqualTo(3);
    assertThat(third.tag()).isGreaterThan(second.tag());
    reopen();
    reopen();
    assertThat(data("a")).containsExactly("1", "\"二\"", "3");
  }

  @Test
  void aChannelThatIsStillEmptyCanBeResumedAfterARestart() throws IOException {
    Position empty = head("a");
    reopen();
    assertThat(start("a", empty).recovered()).isTrue();
  }

  @Test
  void headAndIdsOutliveTheMessagesAcrossRestarts() throws IOException {
    Position first = append("a", "1", "x");
    time.advance(Duration.ofMinutes(30));
    Position second = append("a", "2");
    time.advance(Duration.ofMinutes(29));
    reopen();
    assertThat(append("a", "1", "x")).isEqualTo(first);
    time.advance(Duration.ofHours(2));
    reopen();
    assertThat(data("a")).isEmpty();
    assertThat(head("a")).isEqualTo(second);
    assertThat(append("a", "1", "x").offset()).isEqualTo(3);
  }

  @Test
  void eachPublicationHasItsOwnPublishersIdAfterARestart() throws IOException {
    append(
        new Draft(name("a"), "1", "x"),
        new Draft(name("b"), "1", "x"),
        new Draft(name("a"), "2"),
        new Draft(name("b"), "1", "y", "user\nann"),
        new Draft(name("b"), "3", "y"));
    reopen();
    reopen();
    assertThat(ids("a")).containsExactly("x", "");
    assertThat(ids("b")).containsExactly("x", "y", "y");
    assertThat(data("b")).containsExactly("1", "1", "3");
  }

  /** Its checkpoint and its segment were written before publications kept their ids. */
  @Test
  void filesWithoutIdsAreStillRead() throws Exception {
    store.close();
    try (Stream<Path> files = Files.list(directory())) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    for (String file : List.of("checkpoint-0000000002.log", "segment-0000000002.log")) {
      try (InputStream old = FileStoreTest.class.getResourceAsStream("without-ids/" + file)) {
        Files.copy(old, directory().resolve(file));
      }
    }
    store = open(WIDE, OPTIONS);
    assertThat(data("a")).startsWith("1", "\"two\"", "3").endsWith("{\"last\":true}");
    assertThat(data("b")).containsExactly("\"two\"");
    assertThat(ids("a")).allMatch(String::isEmpty);
    assertThat(append("b", "\"two\"", "x").offset()).as("its id is known").isEqualTo(1);
    append("a", "4", "new");
    reopen(WIDE, OPTIONS);
    assertThat(ids("a")).endsWith("", "new");
  }

  @Test
  void aForgottenChannelStaysForgottenAfterARestart() throws IOException {
    Position old = append("a", "1");
    append("b", "1");
    append("c", "1");
    append("d", "1");
    reopen();
    append("a", "other");
    assertThat(start("a", old).reason()).isEqualTo(GapReason.EPOCH);
    reopen();
    assertThat(start("a", old).reason()).isEqualTo(GapReason.EPOCH);
    assertThat(data("a")).containsExactly("other");
  }

  @Test
  void aChannelThatIsReadIsKeptByTheRestartToo() throws IOException {
    Position first = append("read", "1");
    try (Store.View reader = read("read")) {
      append("b", "1");
      append("c", "1");
      append("d", "1");
      assertThat(reader.head()).isEqualTo(first);
    }
    reopen();
    assertThat(start("read", first).reason()).isNull();
    assertThat(data("read")).containsExactly("1");
  }

  @Test
  void fewerNamesHoldFromTheNextStart() throws IOException {
    append("a", "1");
    append("b", "1");
    append("c", "1");
    Bounds two = new Bounds(BOUNDS.retention(), BOUNDS.bytes(), 2, BOUNDS.ids());
    reopen(two, OPTIONS);
    append("c", "2");
    assertThat(data("b")).containsExactly("1");
    assertThat(data("c")).containsExactly("1", "2");
    assertThat(data("a")).isEmpty();
  }

  @Test
  void smallerBoundsHoldFromTheNextStart() throws IOException {
    for (int i = 0; i < 50; i++) {
      append("a", String.valueOf(i));
    }
    reopen(new Bounds(new Retention(3, Duration.ofHours(1), 5000), 8000, 3), OPTIONS);
    assertThat(data("a")).containsExactly("47", "48", "49");
  }

  @Test
  void aTornTailIsCutOffAtWhateverByteItWasTorn() throws IOException {
    append("a", "1");
    Path segment = lastSegment();
    long whole = Files.size(segment);
    append("a", "2", "x");
    byte[] bytes = Files.readAllBytes(segment);
    store.close();
    for (int length = (int) whole; length < bytes.length; length++) {
      Files.write(segment, java.util.Arrays.copyOf(bytes, length));
      store = open();
      assertThat(data("a")).as("cut at %d", length).containsExactly("1");
      assertThat(append("a", "other", "x").offset()).isEqualTo(2);
      store.close();
      store = open();
      assertThat(data("a")).as("cut at %d", length).containsExactly("1", "other");
      store.close();
    }
  }

  @Test
  void whatAKilledProcessHadNotForcedIsForcedBeforeAnybodyIsAnsweredForIt() throws IOException {
    append("a", "1");
    Path segment = lastSegment();
    long forced = Files.size(segment);
    Position second = append("a", "2", "x");
    byte[] written = Files.readAllBytes(segment);
    store.close();
    // Killed between the write and the force: the system has it, the disk does not.
    Files.write(segment, written);
    disk.safe.put(segment, forced);
    store = open();
    assertThat(append("a", "2", "x")).isEqualTo(second);
    byte[] left = java.util.Arrays.copyOf(
        Files.readAllBytes(segment), Math.toIntExact(disk.safe.get(segment)));
    store.close();
    Files.write(segment, left); // the power failed
    store = open();
    assertThat(data("a")).containsExactly("1", "2");
  }

  @Test
  void garbageAtTheEndIsATornTailToo() throws IOException {
    append("a", "1");
    byte[] bytes = Files.readAllBytes(lastSegment());
    store.close();
    byte[] garbage = new byte[5000];
    new java.util.Random(7).nextBytes(garbage);
    for (int from = 0; from < 40; from++) {
      byte[] torn = java.util.Arrays.copyOf(bytes, bytes.length + garbage.length);
      System.arraycopy(garbage, 0, torn, bytes.length, garbage.length);
      torn[bytes.length] = (byte) from;
      Files.write(lastSegment(), torn);
      store = open();
      assertThat(data("a")).containsExactly("1");
      store.close();
    }
  }

  @Test
  void damageInTheMiddleRefusesTheStartAtWhateverByteAndChangesNothing() throws IOException {
    append("a", "1");
    append("a", "2");
    append("a", "3");
    Path segment = lastSegment();
    store.close();
    byte[] bytes = Files.readAllBytes(segment);
    int lastFrame = bytes.length - 25; // the end that the close has written
    for (int at = 0; at < lastFrame; at++) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 0x10;
      Files.write(segment, damaged);
      assertThatThrownBy(this::open)
          .as("byte %d", at)
          .isInstanceOf(Damage.class)
          .hasMessageContaining(segment.toString())
          .hasMessageContaining("is damaged at byte ")
          .hasMessageContaining("move it away to begin with an empty one");
      assertThat(Files.readAllBytes(segment)).isEqualTo(damaged);
    }
    Files.write(segment, bytes);
    store = open();
    assertThat(data("a")).containsExactly("1", "2", "3");
  }

  @Test
  void aMissingOrSwappedFileRefusesTheStart() throws IOException {
    store.close();
    store = open(WIDE, new FileOptions(20_000, 64 << 20));
    fill(400);
    store.close();
    List<Path> segments = files("segment");
    Path gone = segments.get(0);
    Path aside = folder.resolve("aside");
    Files.move(gone, aside);
    assertThatThrownBy(() -> open(WIDE, OPTIONS))
        .isInstanceOf(Damage.class)
        .hasMessageContaining(gone + " is missing");
    Files.copy(files("checkpoint").get(0), gone);
    assertThatThrownBy(() -> open(WIDE, OPTIONS)).isInstanceOf(Damage.class);
    Files.move(aside, gone, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    store = open(WIDE, OPTIONS);
  }

  @Test
  void aCheckpointInTheOnlySegmentsPlaceRefusesTheStartAndTheOtherWayRound() throws Exception {
    keepMostInACheckpoint();
    append("a", "2");
    store.close();
    Path checkpoint = files("checkpoint").get(0);
    Path segment = lastSegment();
    byte[] first = Files.readAllBytes(checkpoint);
    byte[] second = Files.readAllBytes(segment);
    Files.write(segment, first);
    assertThatThrownBy(() -> open(WIDE, OPTIONS))
        .isInstanceOf(Damage.class)
        .hasMessageContaining(segment + " is damaged at byte 0: it is a checkpoint by its header");
    Files.write(segment, second);
    Files.write(checkpoint, second);
    assertThatThrownBy(() -> open(WIDE, OPTIONS))
        .isInstanceOf(Damage.class)
        .hasMessageContaining(checkpoint + " is damaged at byte 0: it is no checkpoint by its");
    Files.write(checkpoint, first);
    store = open(WIDE, OPTIONS);
    assertThat(data("a")).containsExactly("1", "2");
  }

  /** Leaves a checkpoint with 400 publications, and one segment that goes on from there. */
  private void keepMostInACheckpoint() throws Exception {
    store.close();
    store = open(WIDE, OPTIONS);
    fill(400);
    reopen(WIDE, new FileOptions(20_000, 64 << 20));
    append("a", "1"); // what the segment holds is due to become a checkpoint
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (files("checkpoint").isEmpty() || files("segment").size() > 1) {
      assertThat(System.nanoTime() - deadline).as("no checkpoint").isNegative();
      Thread.sleep(5);
    }
  }

  private void fill(int count) {
    String data = '"' + "x".repeat(500);
    for (int i = 0; i < count; i++) {
      append("filled:" + i % 7, data + i + '"');
    }
  }

  @Test
  void whatPublishersSayIsNeverTakenForAFrame() throws IOException {
    append("a", "1");
    byte[] frames = Files.readAllBytes(lastSegment());
    store.close();
    // The worst that one can say: a frame of another store, which has the magic but not the salt.
    FileStore other =
        new Opening(disk, folder.resolve("other"), OPTIONS, BOUNDS, time, Thread::new).open("life");
    other.close();
    byte[] foreign = Files.readAllBytes(folder.resolve("other").resolve(Names.segment(1)));
    byte[] torn = java.util.Arrays.copyOf(frames, frames.length + 3 + foreign.length);
    System.arraycopy(foreign, 0, torn, frames.length + 3, foreign.length);
    Files.write(lastSegment(), torn);
    store = open();
    assertThat(data("a")).containsExactly("1");
  }

  @Test
  void aFailedForceStopsPublishingForGoodButNotReading() throws IOException {
    append("a", "1");
    disk.unforceable = true;
    assertThatThrownBy(() -> append("a", "2"))
        .hasCauseInstanceOf(Store.Unavailable.class)
        .hasMessageContaining("could not force");
    disk.unforceable = false;
    assertThatThrownBy(() -> append("a", "3")).hasCauseInstanceOf(Store.Unavailable.class);
    assertThat(store.failure())
        .as("it is told to strangers, so it names no directory")
        .hasValue(
            "could not force " + lastSegment().getFileName() + " to the disk: Input/output error");
    assertThat(data("a")).containsExactly("1");
    reopen();
    assertThat(store.failure()).isEmpty();
    assertThat(data("a")).as("what was refused is never seen").containsExactly("1");
  }

  @Test
  void publishersAreAnsweredWhenTheStoreBreaksUnderThem() {
    disk.broken = new OutOfMemoryError("as a test wants it");
    var call = store.append(List.of(new Draft(name("a"), "1"))).toCompletableFuture();
    assertThatThrownBy(() -> call.get(10, java.util.concurrent.TimeUnit.SECONDS))
        .hasCauseInstanceOf(Store.Unavailable.class)
        .hasMessageContaining("the store failed");
    assertThat(store.failure()).isNotEmpty();
    assertThat(store.problem()).isEqualTo(store.failure());
  }

  @Test
  void aFullDiskRefusesAndTakesAgainOnceThereIsRoom() throws IOException {
    Position first = append("a", "1");
    for (int room = 0; room < 40; room += 3) {
      disk.room(room);
      assertThatThrownBy(() -> append("a", "\"lost\"", "x"))
          .hasCauseInstanceOf(Store.Unavailable.class)
          .hasMessageContaining("No space left on device");
      assertThat(head("a")).isEqualTo(first);
      disk.room(room);
      assertThatThrownBy(() -> append("b", "\"lost\"")).hasCauseInstanceOf(Store.Unavailable.class);
    }
    assertThat(store.failure()).isEmpty();
    assertThat(store.problem()).hasValue("the disk does not take it: No space left on device");
    disk.room(Long.MAX_VALUE);
    time.advance(Duration.ofSeconds(1));
    assertThat(append("a", "2", "x").offset()).isEqualTo(2);
    awaitNoProblem();
    assertThat(store.problem()).isEmpty();
    append("b", "1");
    reopen();
    assertThat(data("a")).containsExactly("1", "2");
    assertThat(data("b")).containsExactly("1");
  }

  @Test
  void aFullDiskIsAProblemUntilThereIsRoomAgainAlsoWhereNobodyPublishes() throws Exception {
    Position first = append("a", "1", "x");
    disk.room(3);
    assertThatThrownBy(() -> append("a", "2")).hasCauseInstanceOf(Store.Unavailable.class);
    assertThat(append("a", "1", "x")).as("known already").isEqualTo(first);
    assertThat(store.problem()).isNotEmpty();
    disk.room(Long.MAX_VALUE);
    time.advance(Duration.ofSeconds(1));
    awaitNoProblem();
    append("a", "2");
    reopen();
    assertThat(data("a")).containsExactly("1", "2");
  }

  /** Asking is enough. */
  private void awaitNoProblem() {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (store.problem().isPresent()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void aLittleRoomIsNotTakenForAnEndOfAFullDiskAndAskingCostsNothing() throws IOException {
    append("a", "1", "x");
    long length = Files.size(lastSegment());
    int forced = disk.forced;
    disk.room(3_000); // what is left of the last page
    String data = '"' + "y".repeat(4_000) + '"';
    assertThatThrownBy(() -> append("a", data)).hasCauseInstanceOf(Store.Unavailable.class);
    for (int i = 0; i < 20; i++) {
      time.advance(Duration.ofSeconds(2));
      assertThat(store.problem()).isNotEmpty();
      append("a", "1", "x"); // is known, so it only waits for the store's thread
      assertThat(store.problem()).isNotEmpty();
    }
    assertThat(Files.size(lastSegment())).isEqualTo(length);
    assertThat(disk.forced).isEqualTo(forced);
    assertThat(append("a", "2").offset()).as("a small one fits").isEqualTo(2);
    assertThat(store.problem()).isNotEmpty();
    reopen();
    assertThat(data("a")).containsExactly("1", "2");
  }

  @Test
  void aFullDiskWhenTheNextSegmentBeginsLosesNothing() throws IOException {
    store.close();
    store = open(WIDE, new FileOptions(4_000, 64 << 20));
    List<String> acknowledged = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      disk.room(i % 10 == 0 ? i * 7L % 900 : Long.MAX_VALUE);
      String data = "\"" + i + "x".repeat(100) + '"';
      try {
        append("a", data);
        acknowledged.add(data);
      } catch (java.util.concurrent.CompletionException e) {
        assertThat(e).hasCauseInstanceOf(Store.Unavailable.class);
      }
    }
    disk.room(Long.MAX_VALUE);
    assertThat(acknowledged).hasSizeBetween(270, 299);
    assertThat(data("a")).isEqualTo(acknowledged);
    reopen(WIDE, OPTIONS);
    assertThat(data("a")).isEqualTo(acknowledged);
  }

  @Test
  void whatIsNoLongerRetainedLeavesTheDisk() throws Exception {
    store.close();
    FileOptions small = new FileOptions(20_000, 64 << 20);
    Bounds few = new Bounds(new Retention(5, Duration.ofHours(1), 1 << 20), 4 << 20, 1000);
    store = open(few, small);
    Position quiet = append("quiet", "\"kept\"", "q");
    fill(2_000); // a megabyte
    assertThat(size()).isLessThan(200_000);
    assertThat(files("checkpoint")).hasSizeLessThanOrEqualTo(2);
    List<String> before = data("filled:3");
    assertThat(before).hasSize(5);
    Position head = head("filled:3");
    reopen(few, small);
    assertThat(data("filled:3")).isEqualTo(before);
    assertThat(head("filled:3")).isEqualTo(head);
    assertThat(append("quiet", "\"again\"", "q")).isEqualTo(quiet);
    assertThat(data("quiet")).containsExactly("\"kept\"");
  }

  @Test
  void filesThatReachedTheirRoomAreRewrittenLaterWhereItFailedBefore() throws IOException {
    store.close();
    Bounds few = new Bounds(new Retention(5, Duration.ofHours(1), 1 << 20), 4 << 20, 1000);
    store = open(few, new FileOptions(20_000, 100_000));
    disk.brokenCheckpoint = new OutOfMemoryError("as a test wants it");
    assertThatThrownBy(() -> fill(400)).hasMessageContaining("heartline.disk allows");
    assertThat(store.problem().orElseThrow()).endsWith("the size that heartline.disk allows");
    disk.brokenCheckpoint = null;
    time.advance(Duration.ofMinutes(2));
    fill(400);
    assertThat(size()).isLessThan(110_000);
  }

  @Test
  void whereNoThreadCanBeHadForACheckpointPublishingGoesOnAndItIsMadeLater() throws Exception {
    store.close();
    AtomicBoolean lacking = new AtomicBoolean();
    FileOptions small = new FileOptions(20_000, 64 << 20);
    store = new Opening(disk, directory(), small, WIDE, time, task -> new Thread(task) {
          @Override
          public void start() {
            if (lacking.get()) {
              throw new InternalError("unable to create native thread, as it is to be");
            }
            super.start();
          }
        })
        .open("life");
    lacking.set(true);
    fill(200);
    assertThat(files("checkpoint")).isEmpty();
    lacking.set(false);
    fill(200);
    store.close();
    assertThat(files("checkpoint")).isNotEmpty();
    store = open(WIDE, small);
    assertThat(head("filled:0").offset()).isGreaterThan(50);
  }

  @Test
  void aDailyCheckpointThatFailsIsMadeSoonAfter() throws Exception {
    fill(20);
    time.advance(Duration.ofHours(25));
    disk.brokenCheckpoint = new InternalError("as a test wants it");
    append("a", "1");
    for (int i = 0; i < 1_000 && disk.brokeCheckpoints == 0; i++) {
      Thread.sleep(20);
    }
    disk.brokenCheckpoint = null;
    for (int i = 0; i < 200 && files("checkpoint").isEmpty(); i++) {
      time.advance(Duration.ofMinutes(2));
      append("a", "2");
      Thread.sleep(20);
    }
    assertThat(files("checkpoint")).isNotEmpty();
  }

  @Test
  void lessRoomHoldsFromTheNextStart() throws Exception {
    keepMostInACheckpoint();
    assertThat(Files.size(files("checkpoint").get(0))).isGreaterThan(200_000);
    Bounds few = new Bounds(new Retention(5, Duration.ofHours(1), 1 << 20), 4 << 20, 1000);
    reopen(few, new FileOptions(20_000, 100_000));
    append("a", "2");
    assertThat(data("a")).containsExactly("1", "2");
    assertThat(size()).isLessThan(100_000);
  }

  @Test
  void aCheckpointThatBreaksIsFollowedByAnother() throws IOException {
    store.close();
    FileOptions small = new FileOptions(20_000, 64 << 20);
    store = open(WIDE, small);
    disk.brokenCheckpoint = new OutOfMemoryError("as a test wants it");
    fill(100);
    disk.brokenCheckpoint = null;
    fill(400);
    store.close();
    assertThat(files("checkpoint")).isNotEmpty();
    store = open(WIDE, small);
    assertThat(head("filled:0").offset()).isGreaterThan(70);
  }

  @Test
  void checkpointsWhilePublishersPublishLoseNothing() throws Exception {
    store.close();
    FileOptions small = new FileOptions(10_000, 64 << 20);
    store = open(WIDE, small);
    List<Thread> publishers = new ArrayList<>();
    for (int p = 0; p < 4; p++) {
      String channel = "p" + p;
      publishers.add(new Thread(() -> {
        for (int i = 0; i < 800; i++) {
          append(channel, "\"" + i + "x".repeat(50) + '"', "id" + i);
        }
      }));
    }
    publishers.forEach(Thread::start);
    for (Thread publisher : publishers) {
      publisher.join();
    }
    assertThat(files("checkpoint")).as("there were some").isNotEmpty();
    List<List<String>> before = List.of(data("p0"), data("p1"), data("p2"), data("p3"));
    assertThat(before).allSatisfy(all -> assertThat(all).hasSize(800));
    List<String> idsBefore = ids("p2");
    assertThat(idsBefore).startsWith("id0", "id1").endsWith("id799");
    reopen(WIDE, small);
    assertThat(ids("p2")).isEqualTo(idsBefore);
    assertThat(List.of(data("p0"), data("p1"), data("p2"), data("p3"))).isEqualTo(before);
    assertThat(append("p1", "0", "id799").offset()).isEqualTo(800);
  }

  @Test
  void twoStoresNeverShareADirectory() throws IOException {
    assertThatThrownBy(this::open)
        .isInstanceOf(InUse.class)
        .hasMessageContaining(directory().toString())
        .hasMessageContaining("process " + ProcessHandle.current().pid())
        .hasMessageContaining("heartline.data.dir");
    append("a", "1");
    try (FileChannel channel =
        FileChannel.open(directory().resolve("lock"), StandardOpenOption.READ)) {
      ByteBuffer holder = ByteBuffer.allocate(200);
      channel.read(holder);
      assertThat(new String(
              holder.array(), 0, holder.position(), java.nio.charset.StandardCharsets.UTF_8))
          .contains("process " + ProcessHandle.current().pid());
    }
    reopen();
    assertThat(data("a")).containsExactly("1");
  }

  @Test
  void aStartThatBreaksLetsGoOfTheDirectory() throws IOException {
    append("a", "1");
    store.close();
    disk.broken = new OutOfMemoryError("as a test wants it");
    assertThatThrownBy(this::open)
        .isInstanceOf(TooLarge.class)
        .hasMessageContaining("too small to read the store in " + directory())
        .hasMessageContaining("heartline.memory");
    disk.broken = new StackOverflowError("as a test wants it");
    assertThatThrownBy(this::open).isSameAs(disk.broken);
    disk.broken = null;
    store = open();
    assertThat(data("a")).containsExactly("1");
    append("a", "2");
  }

  @Test
  void publishersThatWaitTogetherShareForces() {
    int before = disk.forced;
    List<java.util.concurrent.CompletableFuture<?>> calls = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      calls.add(store.append(List.of(new Draft(name("a"), "1"))).toCompletableFuture());
    }
    calls.forEach(java.util.concurrent.CompletableFuture::join);
    assertThat(disk.forced - before).isBetween(1, 900);
  }

  @Test
  void theThreadEndsWithTheStore() throws Exception {
    store.close();
    List<Thread> threads = new ArrayList<>();
    store = new Opening(disk, directory(), OPTIONS, BOUNDS, time, task -> {
          Thread thread = new Thread(task);
          threads.add(thread);
          return thread;
        })
        .open("life");
    append("a", "1");
    store.close();
    assertThat(threads).isNotEmpty().noneMatch(Thread::isAlive);
    assertThat(System.getProperties().stringPropertyNames())
        .noneMatch(key -> key.contains(directory().toString()));
  }
}
