package io.heartline.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SinceTest {
  private static final ChannelName A = new ChannelName("public:a");
  private static final ChannelName B = new ChannelName("user:ann#40example.com");
  private static final Position ONE = new Position("e.0", 1, 10);
  private static final Position TWO = new Position("e.0", 2, 20);

  @Test
  void whatIsWrittenIsReadBack() {
    Map<ChannelName, Position> places = new LinkedHashMap<>();
    places.put(A, ONE);
    places.put(B, TWO);
    String text = Since.write(places);
    assertThat(text).isEqualTo("public:a=e.0:1:10,user:ann#40example.com=e.0:2:20");
    assertThat(Since.parse(text, List.of()))
        .isEqualTo(Map.of(A, new From.After(ONE), B, new From.After(TWO)));
  }

  @Test
  void aPositionWithoutANameStandsForTheOnlyChannelAndForNoneOfSeveral() {
    assertThat(Since.parse("e.0:1:10", List.of(A))).isEqualTo(Map.of(A, new From.After(ONE)));
    assertThat(Since.parse("e.0:1:10", List.of(A, B)))
        .isEqualTo(Map.of(A, new From.Unreadable(), B, new From.Unreadable()));
  }

  @Test
  void aNumberBelowZeroIsSoManyBack() {
    assertThat(Since.parse("public:a=-20", List.of())).isEqualTo(Map.of(A, new From.Last(20)));
    assertThat(Since.parse("-0", List.of(A))).isEqualTo(Map.of(A, new From.Last(0)));
  }

  @Test
  void nonsenseIsAGapOfItsChannelAndNeverAnError() {
    assertThat(Since.parse("public:a=nonsense,public:a b=e:1:1,,=", List.of()))
        .isEqualTo(Map.of(A, new From.Unreadable()));
    assertThat(Since.parse("", List.of(A))).isEmpty();
  }

  @Test
  void manyPositionsWithoutANameCostNoMoreThanOne() {
    List<ChannelName> asked = new ArrayList<>();
    List<ChannelName> channels = new AbstractList<>() {
      @Override
      public ChannelName get(int index) {
        ChannelName channel = new ChannelName("public:" + index);
        asked.add(channel);
        return channel;
      }

      @Override
      public int size() {
        return 100;
      }
    };
    Map<ChannelName, From> since = Since.parse(",".repeat(1_000), channels);
    assertThat(since).hasSize(100).containsValue(new From.Unreadable());
    assertThat(asked).hasSize(100);
  }
}
