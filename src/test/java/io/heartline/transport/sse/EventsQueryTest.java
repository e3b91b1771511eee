package io.heartline.transport.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.protocol.BadParameter;
import io.heartline.protocol.Query;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventsQueryTest {
  private static final ChannelName A = new ChannelName("a");

  private static EventsQuery read(String query, String... lastEventId) {
    return EventsQuery.read(Query.parse(query), List.of(lastEventId));
  }

  @Test
  void whatAClientReadLastIsNewerThanWhatItsPageWrote() {
    assertThat(read("channels=a&since=-1").since()).containsEntry(A, new From.Last(1));
    assertThat(read("channels=a&since=-1&lastEventId=a=-2").since())
        .containsEntry(A, new From.Last(2));
    assertThat(read("channels=a&since=-1&lastEventId=-2", "-3").since())
        .containsEntry(A, new From.Last(3));
    assertThat(read("channels=a&since=-1&lastEventId=", "").since())
        .containsEntry(A, new From.Last(1));
    assertThat(read("channels=&lastEventId=a%3D-2").names()).containsExactly("a");
  }

  @Test
  void channelsThatAreReadAlreadyComeBeforeNewcomers() {
    assertThat(read("channels=new,a,b&since=z=-1,a=-1").names())
        .containsExactly("z", "a", "new", "b");
    assertThat(read("channels=new,a&since=k=-1", "y=-1,x=-1,a=-1").names())
        .containsExactly("k", "y", "x", "a", "new");
  }

  @Test
  void whatIsNotOneOfOurPositionsIsAGap() {
    assertThat(read("channels=a", "x").since()).containsEntry(A, new From.Unreadable());
    assertThat(read("channels=a&lastEventId=x").since()).containsEntry(A, new From.Unreadable());
  }

  @ParameterizedTest
  @CsvSource({
    "'', channels",
    "since=-1, channels",
    "channels=a&channels=b, channels",
    "channels=a&since=-1&since=-2, since",
    "channels=a&lastEventId=&lastEventId=, lastEventId",
    "channels=a&beat=abc, beat",
    "channels=a&beat=0, beat",
    "channels=a&beat=3601, beat",
    "channels=a&beat=, beat",
  })
  void aParameterThatBreaksItsRuleIsNamed(String query, String name) {
    assertThatThrownBy(() -> read(query))
        .isInstanceOfSatisfying(
            BadParameter.class, bad -> assertThat(bad.name()).isEqualTo(name));
  }

  @Test
  void aBeatIsInSeconds() {
    assertThat(read("channels=&beat=3600").beat()).isEqualTo(Duration.ofHours(1));
    assertThat(read("channels=").beat()).isNull();
  }
}
