package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import org.junit.jupiter.api.Test;

class AcknowledgedTest {
  private static final Position AT = new Position("e", 3, 17);

  private final Acknowledged places = new Acknowledged(3);

  private static Acknowledged.Key key(int id) {
    return new Acknowledged.Key(Rig.ANN, null, new ChannelName("public"), "s" + id);
  }

  @Test
  void whatWasNotHeardOfForLongestIsForgotten() {
    for (int i = 0; i < 3; i++) {
      places.begun(key(i), "l", AT);
    }
    places.takeOver(key(0), "l2");
    places.begun(key(3), "l", AT);
    assertThat(places.size()).isEqualTo(3);
    assertThat(places.takeOver(key(1), "l2")).isNull();
    assertThat(places.takeOver(key(0), "l2")).isEqualTo(AT);
  }

  @Test
  void whatWasForgottenIsKnownAgainAfterTheNextAcknowledgement() {
    places.moved(key(0), "l", AT);
    assertThat(places.takeOver(key(0), "l2")).isEqualTo(AT);
  }
}
