package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.CloseStatus;
import io.heartline.protocol.Command;
import io.heartline.protocol.Dialect;
import io.heartline.protocol.Encoding;
import io.heartline.protocol.Manner;
import io.heartline.protocol.Push;
import io.heartline.protocol.Subscription;
import io.heartline.protocol.stomp.SendRule;
import io.heartline.protocol.stomp.StompProtocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients of STOMP begin and do not end is bounded, all of their lines together. */
class KeptTest {
  private static final Door DOOR = new Door(
      "stomp",
      new StompProtocol(List.of(SendRule.parse("/app/chat=public")), 64 * 1024),
      SeatPolicy.NONE,
      Duration.ofSeconds(25),
      null,
      user -> List.of());
  private static final String BODY = "x".repeat(60 * 1024);
  private static final String HALF = "SEND\ndestination:/app/chat\nreceipt:r\n\n" + BODY;
  private static final String IN_TRANSACTION =
      "BEGIN\ntransaction:t\n\n\0" + "SEND\ndestination:/app/chat\ntransaction:t\n\n" + BODY + "\0";
  private static final int MANY = 90;

  private final Rig rig = new Rig();
  private final Unfinished.Share newcomers = rig.unfinished.soon(false);
  private final Unfinished.Share others = rig.unfinished.soon(true);
  private final Unfinished.Share heldBack = rig.unfinished.heldBack();
  private final List<Client> clients = new ArrayList<>();

  private final class Client {
    final RecordingConnection connection = new RecordingConnection();
    final Line line = rig.open(DOOR, null, connection);

    Client() {
      clients.add(this);
    }

    Client connected() {
      says("CONNECT\naccept-version:1.2\n\n\0");
      assertThat(connection.next()).startsWith("CONNECTED\n");
      return this;
    }

    Client says(String frames) {
      rig.say(line, frames);
      return this;
    }

    void assertTold(String frame) {
      assertThat(connection.next()).startsWith(frame);
      assertThat(connection.closed).isNull();
    }
  }

  private long closed() {
    return clients.stream().filter(client -> client.connection.closed != null).count();
  }

  private void assertFull(Unfinished.Share share) {
    assertThat(share.held()).isBetween(share.limit() - 2 * BODY.length(), share.limit());
    assertThat(closed()).isGreaterThan(20);
    assertThat(clients.get(MANY - 1).connection.closed).isEqualTo(CloseStatus.OVERLOADED);
  }

  @Test
  void halfFramesOfManyLinesTakeNoMoreThanTheirShareAndTheFirstToBeginGoOn() {
    for (int i = 0; i < MANY; i++) {
      new Client().connected().says(HALF);
    }
    assertFull(others);
    clients.get(0).says("\0").assertTold("RECEIPT\n");
    assertThat(newcomers.held() + heldBack.held()).isZero();
  }

  @Test
  void linesThatHaveNotConnectedHaveNoPartInTheRoomOfThoseWhichHave() {
    String half = "CONNECT\n" + ("k:" + "v".repeat(8000) + "\n").repeat(8);
    for (int i = 0; i < MANY; i++) {
      new Client().says(half);
    }
    assertFull(newcomers);
    assertThat(others.held()).isZero();
    new Client().connected().says(HALF).says("\0").assertTold("RECEIPT\n");
  }

  @Test
  void openTransactionsOfManyLinesTakeNoMoreThanTheirShareAndNothingOfTheOthers() {
    for (int i = 0; i < MANY; i++) {
      new Client().connected().says(IN_TRANSACTION);
    }
    assertFull(heldBack);
    assertThat(others.held()).isZero();
    new Client().connected().says(HALF).says("\0").assertTold("RECEIPT\n");
    clients.get(0).says("COMMIT\ntransaction:t\nreceipt:c\n\n\0").assertTold("RECEIPT\n");
  }

  @Test
  void littleGetsThroughWhateverOthersKeep() {
    for (int i = 0; i < MANY; i++) {
      new Client().connected().says(IN_TRANSACTION);
    }
    assertFull(heldBack);
    for (int i = 0; i < MANY; i++) {
      new Client().connected().says(HALF);
    }
    assertFull(others);
    Client honest = new Client().connected();
    for (int i = 0; i < 100; i++) {
      honest
          .says("BEGIN\ntransaction:t\n\n\0SEND\ndestination:/app/chat\ntransaction:t\n\n1\0")
          .says("COMMIT\ntransaction:t\n\n\0SEND\ndestination:/app/chat\nreceipt:")
          .says(i + "\n\n" + "x".repeat(2000))
          .says("\0")
          .assertTold("RECEIPT\nreceipt-id:" + i + "\n");
    }
  }

  @Test
  void wideCharactersCountTwice() {
    new Client().connected().says(HALF);
    long narrow = others.held();
    clients.get(0).says("\u4f60");
    assertThat(others.held()).isGreaterThanOrEqualTo(2 * narrow - 1000);
  }

  /** A text that is no JSON is kept as JSON: each of these characters takes six. */
  @Test
  void whatIsHeldBackCountsAsItIsKept() {
    new Client().connected().says(IN_TRANSACTION.replace('x', '\1'));
    assertThat(heldBack.held()).isGreaterThan(6L * BODY.length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\0COMMIT\ntransaction:t\n\n\0",
        "\0ABORT\ntransaction:t\n\n\0",
        "\0DISCONNECT\n\n\0",
        "\0nonsense\n\n\0",
        "\0\0",
      })
  void whatEndsGivesItsRoomBack(String end) {
    Client client = new Client().connected().says(IN_TRANSACTION + HALF);
    assertThat(others.held()).isPositive();
    assertThat(heldBack.held()).isPositive();
    client.says(end);
    assertThat(others.held() + heldBack.held()).isZero();
  }

  @Test
  void aLineThatIsGoneGivesItsRoomBack() {
    new Client().connected().says(IN_TRANSACTION + HALF).line.closed(1006);
    new Client()
        .says("CONNECT\n" + ("k:" + "v".repeat(8000) + "\n").repeat(8))
        .line
        .closed(1006);
    assertThat(newcomers.held() + others.held() + heldBack.held()).isZero();
  }

  @Test
  void aLineThatIsGivenUpSaysNothingMore() {
    for (int i = 0; i < MANY; i++) {
      new Client().connected().says(HALF);
    }
    Client last = clients.get(MANY - 1).says("\0SEND\ndestination:/app/chat\nreceipt:r\n\n\0");
    assertThat(last.connection.rest()).isEmpty();
  }

  /** Says that it keeps what the test likes. */
  private static final class Keeping implements Dialect {
    volatile long midway;
    volatile long heldBack;

    @Override
    public long midway() {
      return midway;
    }

    @Override
    public long heldBack() {
      return heldBack;
    }

    @Override
    public void forget() {
      midway = 0;
      heldBack = 0;
    }

    @Override
    public Manner manner() {
      return Manner.MESSAGING;
    }

    @Override
    public List<Command> decode(String message) {
      return List.of();
    }

    @Override
    public String encode(Push push) {
      return null;
    }

    @Override
    public Encoding publications(Subscription subscription) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String separator() {
      return null;
    }
  }

  @Test
  void theAccountIsRightWhateverLinesDoAtTheSameTime() {
    long seed = Long.getLong("heartline.seed", System.nanoTime());
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Random random = new Random(seed + i);
      threads.add(CompletableFuture.runAsync(() -> comeAndGo(random)));
    }
    threads.forEach(CompletableFuture::join);
    assertThat(List.of(newcomers.held(), others.held(), heldBack.held()))
        .as("-Dheartline.seed=%d", seed)
        .containsOnly(0L);
  }

  private void comeAndGo(Random random) {
    for (int i = 0; i < 300; i++) {
      List<Keeping> dialects = new ArrayList<>();
      List<Kept> lines = new ArrayList<>();
      for (int j = 0; j < 20; j++) {
        AtomicBoolean told = new AtomicBoolean();
        Keeping dialect = new Keeping();
        dialects.add(dialect);
        lines.add(new Kept(
            dialect,
            rig.unfinished,
            () -> assertThat(told.getAndSet(true)).as("told once").isFalse()));
      }
      for (int j = 0; j < 60; j++) {
        int line = random.nextInt(20);
        dialects.get(line).midway = random.nextInt(3) * 400_000L;
        dialects.get(line).heldBack = random.nextInt(3) * 300_000L;
        lines.get(line).changed(random.nextBoolean());
        assertThat(newcomers.held()).isBetween(0L, newcomers.limit());
        assertThat(others.held()).isBetween(0L, others.limit());
        assertThat(heldBack.held()).isBetween(0L, heldBack.limit());
      }
      lines.forEach(Kept::end);
    }
  }
}
