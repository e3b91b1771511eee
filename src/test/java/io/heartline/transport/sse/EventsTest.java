package io.heartline.transport.sse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Outgoing;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EventsTest {
  /** Its events alone take more than may be kept. */
  private static final String HUGE = "x".repeat(Events.MAX_KEPT / 2);

  private final Events events = new Events();

  private List<byte[]> bytes(String places, String... texts) {
    List<byte[]> bytes = new ArrayList<>();
    events.add(new Outgoing(List.of(texts), false, false, 0, places), bytes);
    return bytes;
  }

  private String text(String places, String... texts) {
    return bytes(places, texts).stream()
        .map(part -> new String(part, UTF_8))
        .collect(Collectors.joining());
  }

  @Test
  void anEventPerObjectAndTheLastOneCarriesTheId() {
    assertThat(text("c=e:1:1", "{\"a\":1}\n{\"b\":2}", "{\"c\":3}"))
        .isEqualTo("data: {\"a\":1}\n\ndata: {\"b\":2}\n\ndata: {\"c\":3}\nid: c=e:1:1\n\n");
    assertThat(text("c=e:1:1", "{\"a\":1}\n{\"b\":2}"))
        .isEqualTo("data: {\"a\":1}\n\ndata: {\"b\":2}\nid: c=e:1:1\n\n");
  }

  @Test
  void noIdIfNoPlaceHasMoved() {
    assertThat(text(null, "{\"你\":1}")).isEqualTo("data: {\"你\":1}\n\n");
  }

  /** Half of all clients forget an id that stands in an event without data. */
  @Test
  void noEventIsWithoutData() {
    assertThat(text("c=e:1:1")).isEmpty();
    assertThat(new String(Events.retry(1500), UTF_8) + text("c=e:1:1", "{}"))
        .isEqualTo("retry: 1500\ndata: {}\nid: c=e:1:1\n\n");
  }

  @Test
  void linesThatWriteTheSameTextsShareTheEventsAndEachHasItsOwnId() {
    List<byte[]> one = bytes("updates=e:7:1,user:ann=e:1:1", "{\"a\":1}");
    List<byte[]> other = bytes("updates=e:7:1,user:bob=e:9:1", "{\"a\":1}");
    assertThat(other.get(0)).isSameAs(one.get(0));
    assertThat(new String(other.get(1), UTF_8)).isEqualTo("id: updates=e:7:1,user:bob=e:9:1\n\n");
  }

  @Test
  void whatBeginsAlikeIsNotTheSame() {
    text(null, "same", "texts");
    assertThat(text(null, "same")).isEqualTo("data: same\n\n");
    assertThat(text(null, "same", "tests")).isEqualTo("data: same\n\ndata: tests\n\n");
  }

  @Test
  void whatTakesMoreThanMayBeKeptIsSharedUntilTheNextIsWritten() {
    byte[] one = bytes(null, HUGE).get(0);
    assertThat(bytes(null, HUGE).get(0)).isSameAs(one);
    text(null, "1");
    assertThat(events.kept()).isLessThan(300);
  }

  @Test
  void noMoreIsKeptThanMayBeAndTheNewestStays() {
    String big = "x".repeat(Events.MAX_KEPT / 8);
    byte[] last = {};
    for (int i = 0; i < 20; i++) {
      last = bytes(null, big + i).get(0);
      assertThat(events.kept()).isBetween(1L, (long) Events.MAX_KEPT);
    }
    assertThat(bytes(null, big + 19).get(0)).isSameAs(last);
  }

  /** Each entry costs more than the few bytes that it counts. */
  @Test
  void fewAreKeptHoweverSmallTheyAre() {
    for (int i = 0; i < 1000; i++) {
      bytes(null, "{\"beat\":" + i + "}");
    }
    assertThat(events.kept()).isBetween(1L, 20_000L);
  }
}
