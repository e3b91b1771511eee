package io.heartline.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Store;
import io.heartline.store.StoreContract;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MemoryStoreTest extends StoreContract {
  @Override
  protected Store open() {
    return new MemoryStore(BOUNDS, time, "t");
  }

  private MemoryStore memory() {
    return (MemoryStore) store;
  }

  @Test
  void bytesAreCountedDownToNothing() {
    append("a", "1");
    append("few:b", "1");
    assertThat(memory().bytes()).isPositive();
    time.advance(Duration.ofHours(2));
    store.sweep();
    assertThat(memory().bytes()).isZero();
  }

  @Test
  void aNameThatWasOnlyReadLeavesNothingBehind() {
    read("a").close();
    assertThat(memory().names()).isZero();
  }
}
