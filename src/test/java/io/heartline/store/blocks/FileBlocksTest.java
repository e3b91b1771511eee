package io.heartline.store.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.engine.Blocks.Whom;
import io.heartline.engine.Store;
import io.heartline.model.Block;
import io.heartline.model.CloseStatus;
import io.heartline.model.Identity;
import io.heartline.model.User;
import io.heartline.testing.FakeTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileBlocksTest {
  private static final Whom ANN = new Whom.OneUser(new User("ann \"1\""));
  private static final Whom BOB = new Whom.OneUser(new User("bob"));
  private static final Whom TOKEN = new Whom.Token("t1");

  @TempDir
  Path folder;

  private final FakeTime time = new FakeTime();
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("blocks");
  }

  private FileBlocks open() throws IOException {
    return open(Runnable::run);
  }

  private FileBlocks open(Executor writer) throws IOException {
    return FileBlocks.open(file, 3, time, writer);
  }

  private Block until(Duration length) {
    return new Block(CloseStatus.BLOCKED, time.epochMicros() / 1000 + length.toMillis());
  }

  private static void block(FileBlocks blocks, Whom whom, Block block) {
    blocks.block(whom, block).toCompletableFuture().join();
  }

  private static Block found(FileBlocks blocks, Whom whom) {
    return blocks.of(whom).toCompletableFuture().join().orElse(null);
  }

  private static Block found(FileBlocks blocks, String user, String token) {
    User known = user == null ? null : new User(user);
    return blocks
        .of(new Identity(known, Identity.NEVER, Set.of(), token))
        .toCompletableFuture()
        .join()
        .orElse(null);
  }

  @Test
  void aBlockHoldsUntilItsTimeAlsoAfterARestart() throws IOException {
    Block hour = until(Duration.ofHours(1));
    FileBlocks before = open();
    block(before, ANN, hour);
    block(before, TOKEN, new Block(CloseStatus.LOGGED_OUT, hour.untilMillis()));
    assertThat(found(before, ANN)).isEqualTo(hour);
    FileBlocks after = open();
    assertThat(found(after, ANN)).isEqualTo(hour);
    assertThat(found(after, TOKEN).status()).isEqualTo(CloseStatus.LOGGED_OUT);
    assertThat(found(after, BOB)).isNull();
    time.advance(Duration.ofHours(1).minusMillis(1));
    assertThat(found(after, ANN)).isNotNull();
    time.advance(Duration.ofMillis(1));
    assertThat(found(after, ANN)).isNull();
    assertThat(found(open(), ANN)).isNull();
  }

  @Test
  void anIdentityIsKeptOutByItsUserOrItsCredentials() throws IOException {
    FileBlocks blocks = open();
    block(blocks, BOB, until(Duration.ofHours(1)));
    block(blocks, TOKEN, until(Duration.ofHours(1)));
    assertThat(found(blocks, "bob", null)).isNotNull();
    assertThat(found(blocks, "bob", "t2")).isNotNull();
    assertThat(found(blocks, "ann", "t1")).isNotNull();
    assertThat(found(blocks, null, "t1")).isNotNull();
    assertThat(found(blocks, "ann", "t2")).isNull();
    assertThat(found(blocks, "t1", "bob")).as("a user is no token").isNull();
    assertThat(found(blocks, null, null)).isNull();
  }

  @Test
  void aBlockThatIsLiftedDoesNotComeBack() throws IOException {
    FileBlocks blocks = open();
    block(blocks, ANN, until(Duration.ofHours(1)));
    assertThat(blocks.lift(ANN).toCompletableFuture().join()).isTrue();
    assertThat(found(blocks, ANN)).isNull();
    assertThat(found(open(), ANN)).isNull();
    assertThat(blocks.lift(ANN).toCompletableFuture().join()).isFalse();
  }

  @Test
  void thereIsRoomForSoManyAndThoseThatAreOverTakeNone() throws IOException {
    FileBlocks blocks = open();
    block(blocks, ANN, until(Duration.ofSeconds(1)));
    block(blocks, BOB, until(Duration.ofHours(1)));
    block(blocks, TOKEN, until(Duration.ofHours(1)));
    block(blocks, BOB, until(Duration.ofHours(2))); // it is there already
    Whom more = new Whom.Token("t2");
    assertThatThrownBy(() -> block(blocks, more, until(Duration.ofHours(1))))
        .hasCauseInstanceOf(Store.Unavailable.class)
        .hasMessageContaining("does not hold: all 3 blocks of heartline.blocks are in use");
    assertThat(found(blocks, more)).isNull();
    time.advance(Duration.ofSeconds(1));
    block(blocks, more, until(Duration.ofHours(1)));
    assertThat(found(open(), more)).isNotNull();
    assertThat(Files.readAllLines(file)).hasSize(3);
  }

  @Test
  void itHoldsAtOnceAndOneWriteServesAllThatCameBeforeIt() throws IOException {
    Deque<Runnable> writes = new ArrayDeque<>();
    FileBlocks blocks = open(writes::add);
    CompletableFuture<Void> first =
        blocks.block(ANN, until(Duration.ofHours(1))).toCompletableFuture();
    CompletableFuture<Void> second =
        blocks.block(BOB, until(Duration.ofHours(1))).toCompletableFuture();
    assertThat(found(blocks, ANN)).isNotNull();
    assertThat(first).isNotDone();
    writes.remove().run();
    assertThat(first).isCompleted();
    assertThat(found(open(), BOB)).as("it was there when the file was written").isNotNull();
    Files.delete(file);
    writes.remove().run();
    assertThat(second).isCompleted();
    assertThat(file).as("nothing was new").doesNotExist();
  }

  @Test
  void aFileThatCannotBeWrittenIsToldAndTheBlockHoldsMeanwhile() throws IOException {
    FileBlocks blocks = open();
    Files.createDirectories(folder.resolve("blocks.new").resolve("in the way"));
    assertThatThrownBy(() -> block(blocks, ANN, until(Duration.ofHours(1))))
        .hasCauseInstanceOf(Store.Unavailable.class)
        .hasMessageContaining("holds until the next restart only");
    assertThat(found(blocks, ANN)).isNotNull();
    Files.delete(folder.resolve("blocks.new").resolve("in the way"));
    block(blocks, ANN, until(Duration.ofHours(1)));
    assertThat(found(open(), ANN)).isNotNull();
  }

  @Test
  void aWriterThatIsShutDownIsToldToo() throws IOException {
    FileBlocks blocks = open(task -> {
      throw new RejectedExecutionException();
    });
    assertThat(blocks.block(ANN, until(Duration.ofHours(1)))).isCompletedExceptionally();
    assertThat(found(blocks, ANN)).isNotNull();
  }

  @Test
  void whatAKilledProcessLeftOfAWriteIsNoObstacle() throws IOException {
    block(open(), ANN, until(Duration.ofHours(1)));
    Files.writeString(folder.resolve("blocks.new"), "{\"user\":\"b");
    FileBlocks blocks = open();
    assertThat(found(blocks, ANN)).isNotNull();
    block(blocks, BOB, until(Duration.ofHours(1)));
    assertThat(found(open(), BOB)).isNotNull();
  }

  @Test
  void onlyItsOwnerReadsTheFile() throws IOException {
    block(open(), ANN, until(Duration.ofHours(1)));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "[]",
        "{}",
        "{\"user\":\"\",\"reason\":\"blocked\",\"until\":1}",
        "{\"user\":\"a\",\"reason\":\"why\",\"until\":1}",
        "{\"user\":\"a\",\"reason\":\"blocked\",\"until\":\"x\"}",
        "{\"user\":\"a\",\"reason\":\"blocked\",\"until\":1}{}",
        "{\"user\":\"a\",\"reason\":\"blocked\",\"until\":1,\"more\":1}"
      })
  void aBrokenLineEndsTheStart(String line) throws IOException {
    Files.writeString(file, "{\"token\":\"t\",\"reason\":\"kicked\",\"until\":1}\n" + line + "\n");
    assertThatThrownBy(this::open)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + " must hold blocks, but line 2 is none");
  }
}
