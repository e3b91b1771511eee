package io.heartline.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Unfinished;
import io.heartline.model.CloseStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class UnfinishedTest {
  private static final int MAX_BYTES = 64 * 1024;
  private static final String KIB = "x".repeat(1024);

  /** Of a heap of 512 MiB: 2 MiB for newcomers, 4 MiB for others. */
  private final Unfinished unfinished = new Unfinished(512 << 20, MAX_BYTES);

  private final Unfinished.Share newcomers = unfinished.soon(false);
  private final Unfinished.Share others = unfinished.soon(true);
  private final List<Client> clients = new ArrayList<>();

  /** Says one KiB at a time. */
  private final class Client {
    CloseStatus refused;
    final Message message = new Message(MAX_BYTES, unfinished, status -> {
      assertThat(refused).as("told once").isNull();
      refused = status;
    });

    Client() {
      clients.add(this);
    }

    /** Has said something whole before. */
    Client spoken() {
      assertThat(message.add("hello", true)).isEqualTo("hello");
      return this;
    }

    Client begins(int parts) {
      for (int i = 0; i < parts; i++) {
        assertThat(message.add(KIB, false)).isNull();
      }
      return this;
    }

    void ends() {
      assertThat(message.add(KIB, true)).isNotNull();
    }
  }

  private long refused() {
    return clients.stream()
        .map(client -> client.refused)
        .filter(Objects::nonNull)
        .count();
  }

  @Test
  void thousandsOfBegunMessagesTakeNoMoreThanTheirShare() {
    for (int i = 0; i < 2_000; i++) {
      new Client().begins(63);
    }
    assertThat(newcomers.held()).isBetween(1L, newcomers.limit());
    assertThat(refused()).isGreaterThan(1_900);
    assertThat(clients.get(0).refused).as("the first to begin goes on").isNull();
    clients.get(0).ends();
    assertThat(clients.get(1_999).refused).isEqualTo(CloseStatus.OVERLOADED);
  }

  @Test
  void linesThatHaveSpokenHaveARoomOfTheirOwn() {
    Client page = new Client().spoken();
    for (int i = 0; i < 2_000; i++) {
      new Client().begins(63);
    }
    page.begins(63).ends();
    assertThat(page.refused).isNull();
  }

  @Test
  void whoBeganLastIsGivenUpForOneWhoBeganBefore() {
    Client first = new Client().spoken().begins(10);
    for (int i = 0; i < 1_000; i++) {
      new Client().spoken().begins(30);
    }
    Client last = clients.get(
        (int) clients.stream().filter(client -> client.refused == null).count() - 1);
    assertThat(last.refused).isNull();
    first.begins(53).ends();
    assertThat(first.refused).isNull();
    assertThat(last.refused).isEqualTo(CloseStatus.OVERLOADED);
  }

  @Test
  void littleGetsThroughWhateverOthersHold() {
    for (int i = 0; i < 2_000; i++) {
      new Client().begins(63);
    }
    Client newcomer = new Client().begins(3);
    newcomer.ends();
    assertThat(newcomer.refused).isNull();
  }

  @Test
  void wideCharactersCountTwice() {
    Client narrow = new Client().begins(32);
    long held = newcomers.held();
    assertThat(held).isBetween(32L * 1024, 64L * 1024);
    narrow.message.add("\u5f20", false);
    assertThat(newcomers.held()).isGreaterThanOrEqualTo(2 * held);
  }

  @Test
  void whatEndsHoldsNothing() {
    new Client().begins(20).ends();
    new Client().begins(20).message.end();
    Client tooBig = new Client().begins(64);
    tooBig.message.add("x", false);
    assertThat(tooBig.refused.code()).isEqualTo(1009);
    assertThat(newcomers.held()).isZero();
    new Client().spoken().begins(20).ends();
    assertThat(others.held()).isZero();
  }
}
