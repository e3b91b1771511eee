package io.heartline.store.blocks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.heartline.engine.Blocks.Whom;
import io.heartline.model.Block;
import io.heartline.model.User;
import io.heartline.protocol.JsonText;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file with a line of JSON for each block. It is replaced as a whole, so after a crash it is as
 * it was before a change or as it is after it. Only its owner may read it: it has users' names.
 */
final class BlockFile {
  private static final boolean WINDOWS = java.io.File.separatorChar == '\\';

  private final Path file;

  BlockFile(Path file) {
    this.file = file;
  }

  /** @throws IOException if it is not such a file; the message names it and says what to do */
  Map<Whom, Block> read() throws IOException {
    Map<Whom, Block> blocks = new HashMap<>();
    List<String> lines;
    try {
      lines = Files.readAllLines(file, UTF_8);
    } catch (IOException e) {
      throw new IOException(file + " must hold blocks but cannot be read: " + e, e);
    }
    for (int i = 0; i < lines.size(); i++) {
      try {
        Line line = Line.read(lines.get(i));
        blocks.put(line.whom(), line.block());
      } catch (JsonProcessingException | IllegalArgumentException e) {
        throw new IOException(
            file + " must hold blocks, but line " + (i + 1) + " is none; delete the line to let"
                + " in whom it kept out",
            e);
      }
    }
    return blocks;
  }

  void write(Map<Whom, Block> blocks) throws IOException {
    StringBuilder text = new StringBuilder(blocks.size() * 80);
    blocks.forEach((whom, block) -> text.append(Line.text(whom, block)).append('\n'));
    Path next = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(next); // of a process that was killed
    create(next);
    // Not a channel: an interrupt of the thread would close it.
    try (FileOutputStream out = new FileOutputStream(next.toFile())) {
      ((OutputStream) out).write(text.toString().getBytes(UTF_8));
      out.getFD().sync();
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    if (!WINDOWS) { // there a directory cannot be opened
      try (FileChannel directory =
          FileChannel.open(Objects.requireNonNull(file.getParent()), StandardOpenOption.READ)) {
        directory.force(true);
      }
    }
  }

  private static void create(Path path) throws IOException {
    if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } else {
      Files.createFile(path);
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }

  /** One line of the file. */
  private record Line(Whom whom, Block block) {
    static String text(Whom whom, Block block) {
      String who = whom instanceof Whom.OneUser one
          ? "\"user\":" + JsonText.quote(one.user().id())
          : "\"token\":" + JsonText.quote(((Whom.Token) whom).id());
      return "{" + who + ",\"reason\":" + JsonText.quote(block.status().cause().word())
          + ",\"until\":" + block.untilMillis() + "}";
    }

    /** @throws IllegalArgumentException if a field is missing or breaks its rule */
    static Line read(String text) throws IOException {
      Whom whom = null;
      String reason = "";
      long until = 0;
      try (JsonParser parser = JsonText.parser(text)) {
        require(parser.nextToken() == JsonToken.START_OBJECT, "an object");
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String field = parser.currentName();
          parser.nextToken();
          switch (field) {
            case "user" -> whom = new Whom.OneUser(new User(parser.getText()));
            case "token" -> whom = new Whom.Token(parser.getText());
            case "reason" -> reason = parser.getText();
            case "until" -> until = parser.getLongValue();
            default -> require(false, "no other fields");
          }
        }
        require(parser.nextToken() == null, "one object");
      }
      return new Line(
          required(whom, "user or token"),
          new Block(required(Block.STATUSES.get(reason), "reason"), until));
    }

    private static <T> T required(@Nullable T value, String what) {
      require(value != null, what);
      return Objects.requireNonNull(value);
    }

    private static void require(boolean fine, String what) {
      if (!fine) {
        throw new IllegalArgumentException("must have " + what);
      }
    }
  }
}
