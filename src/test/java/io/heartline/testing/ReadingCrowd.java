package io.heartline.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Many lines that read the channel {@code updates} on one thread, whose publications are strings
 * such as {@code "17:..."}: numbers from 1, each of which must arrive once and in order.
 */
public final class ReadingCrowd implements AutoCloseable {
  private static final Pattern NUMBER = Pattern.compile("(?:^|\"data\":\")(\\d+):");

  private final URI door;
  private final boolean pages;
  private final Selector selector = Selector.open();
  private final List<Member> members = new ArrayList<>();
  private final ByteBuffer buffer = ByteBuffer.allocate(256 * 1024);

  /** Members whose reading has begun. */
  @GuardedBy("this")
  private int ready;

  /** What went wrong first; empty while all is well. */
  @GuardedBy("this")
  private String trouble = "";

  /** How many members have read up to this number; moved on when all have. */
  @GuardedBy("this")
  private final List<Integer> arrived = new ArrayList<>();

  /** @param pages whether they speak {@code heartline.v1}; else raw */
  private ReadingCrowd(URI door, boolean pages) throws IOException {
    this.door = door;
    this.pages = pages;
  }

  /** Opens {@code count} lines and waits until all of them read. */
  public static ReadingCrowd open(URI door, boolean pages, int count) throws IOException {
    ReadingCrowd crowd = new ReadingCrowd(door, pages);
    for (int i = 0; i < count; i++) {
      crowd.members.add(crowd.new Member());
    }
    Thread reader = new Thread(crowd::read, "reading crowd");
    reader.setDaemon(true);
    reader.start();
    crowd.await(() -> crowd.ready == count, "all lines opened");
    return crowd;
  }

  /** Waits until each line has read all numbers up to this one. */
  public void awaitNumber(int number) {
    await(
        () -> arrived.size() > number && arrived.get(number) == members.size(),
        "number " + number + " at each line");
  }

  private interface Condition {
    boolean holds();
  }

  private synchronized void await(Condition condition, String what) {
    long deadline = System.nanoTime() + 3 * RunningWar.PATIENCE.toNanos();
    while (!condition.holds()) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (!trouble.isEmpty() || left <= 0) {
        throw new AssertionError(what + ": " + (trouble.isEmpty() ? "never" : trouble));
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    if (!trouble.isEmpty()) {
      throw new AssertionError(what + ": " + trouble);
    }
  }

  private void read() {
    try {
      while (selector.isOpen()) {
        selector.select();
        for (SelectionKey key : selector.selectedKeys()) {
          ((Member) key.attachment()).read();
        }
        selector.selectedKeys().clear();
      }
    } catch (java.nio.channels.ClosedSelectorException e) {
      // closed by the test
    } catch (IOException | RuntimeException e) {
      fail(e.toString());
    }
  }

  private synchronized void fail(String why) {
    trouble = trouble.isEmpty() ? why : trouble;
    notifyAll();
  }

  private synchronized void begun() {
    ready++;
    notifyAll();
  }

  private synchronized void arrived(int number) {
    while (arrived.size() <= number) {
      arrived.add(0);
    }
    int lines = arrived.get(number) + 1;
    arrived.set(number, lines);
    if (lines == members.size()) {
      notifyAll();
    }
  }

  @Override
  public void close() throws IOException {
    selector.close();
    for (Member member : members) {
      member.channel.close();
    }
  }

  /** One line. */
  private final class Member {
    private final SocketChannel channel;

    /** Bytes that make no whole frame yet. */
    private byte[] pending = new byte[0];

    /** The parts of a message so far. */
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();

    private boolean upgraded;
    private boolean reading;
    private int last;

    Member() throws IOException {
      channel = SocketChannel.open(new InetSocketAddress(door.getHost(), door.getPort()));
      channel.write(ByteBuffer.wrap(("GET " + door.getRawPath() + " HTTP/1.1\r\nHost: "
              + door.getAuthority()
              + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
              + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
              + (pages ? "Sec-WebSocket-Protocol: heartline.v1\r\n" : "") + "\r\n")
          .getBytes(ISO_8859_1)));
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, this);
    }

    void read() throws IOException {
      buffer.clear();
      if (channel.read(buffer) < 0) {
        channel.close();
        fail("a line ended after number " + last);
        return;
      }
      byte[] bytes = new byte[pending.length + buffer.position()];
      System.arraycopy(pending, 0, bytes, 0, pending.length);
      System.arraycopy(buffer.array(), 0, bytes, pending.length, buffer.position());
      int at = upgraded ? 0 : upgrade(bytes);
      int next = upgraded ? frame(bytes, at) : -1;
      while (next >= 0) {
        at = next;
        next = frame(bytes, at);
      }
      pending = java.util.Arrays.copyOfRange(bytes, at, bytes.length);
    }

    /** Returns where frames begin. */
    private int upgrade(byte[] bytes) throws IOException {
      String head = new String(bytes, ISO_8859_1);
      int end = head.indexOf("\r\n\r\n");
      if (end < 0) {
        return 0;
      }
      if (!head.startsWith("HTTP/1.1 101 ")) {
        fail(head);
      }
      upgraded = true;
      say(pages ? "{\"subscribe\":\"updates\"}" : "ping");
      return end + 4;
    }

    private void say(String text) throws IOException {
      byte[] payload = text.getBytes(UTF_8);
      channel.write(new ByteBuffer[] {
        ByteBuffer.wrap(RawSocketClient.head(true, RawSocketClient.TEXT, payload.length)),
        ByteBuffer.wrap(payload)
      });
    }

    /** Takes one frame; returns where the next begins, -1 if this one is not whole. */
    private int frame(byte[] bytes, int at) {
      if (bytes.length - at < 2) {
        return -1;
      }
      int length = bytes[at + 1] & 0x7f;
      int start = at + 2;
      if (length == 126) {
        start += 2;
        length = bytes.length < start ? 0 : (bytes[at + 2] & 0xff) << 8 | (bytes[at + 3] & 0xff);
      } else if (length == 127) {
        start += 8;
        length = bytes.length < start ? 0 : ByteBuffer.wrap(bytes, at + 6, 4).getInt();
      }
      if (bytes.length - start < length) {
        return -1;
      }
      int opcode = bytes[at] & 0x0f;
      if (opcode > RawSocketClient.TEXT) {
        fail("a frame of opcode " + opcode + " after number " + last);
      }
      message.write(bytes, start, length);
      if (bytes[at] < 0) { // the last frame of its message
        message(message.toString(UTF_8));
        message.reset();
      }
      return start + length;
    }

    private void message(String text) {
      if (!reading) {
        reading = text.equals("pong") || text.contains("{\"subscribed\":");
        if (reading) {
          begun();
        }
        return;
      }
      Matcher numbers = NUMBER.matcher(text);
      int found = 0;
      while (numbers.find()) {
        int number = Integer.parseInt(numbers.group(1));
        if (number != last + 1) {
          fail("number " + number + " after " + last);
        }
        last = number;
        found++;
        arrived(number);
      }
      if (found == 0) {
        fail("unexpected: " + text);
      }
    }
  }
}
