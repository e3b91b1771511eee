package io.heartline.store.requests;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Draft;
import io.heartline.model.ChannelName;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RequestTest {
  @Test
  void manyTargetsOfOneShortTextAreNoSmallThing() {
    String data = "1";
    List<Draft> drafts = IntStream.range(0, 1000)
        .mapToObj(i -> new Draft(new ChannelName("c".repeat(200) + i), data))
        .toList();
    assertThat(new Request(drafts).bytes()).isGreaterThan(200_000);
  }

  @Test
  void anIdIsCountedOnceToo() {
    String id = "i".repeat(100);
    List<Draft> drafts = IntStream.range(0, 10)
        .mapToObj(i -> new Draft(new ChannelName("c"), "1", id))
        .toList();
    List<Draft> without = IntStream.range(0, 10)
        .mapToObj(i -> new Draft(new ChannelName("c"), "1"))
        .toList();
    assertThat(new Request(drafts).bytes() - new Request(without).bytes()).isBetween(100L, 200L);
  }

  @Test
  void oneTextIsCountedOnce() {
    String data = '"' + "x".repeat(10_000) + '"';
    List<Draft> drafts = IntStream.range(0, 10)
        .mapToObj(i -> new Draft(new ChannelName("c" + i), data))
        .toList();
    assertThat(new Request(drafts).bytes()).isBetween(10_000L, 20_000L);
  }
}
