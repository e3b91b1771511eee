package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A client that fetches what it is sent by one request after the other is away in between. */
class AwayTest {
  private final Rig rig = new Rig();
  private final RecordingConnection client = new RecordingConnection();
  private final Line line = rig.open(Rig.raw(SeatPolicy.NONE), null, client);

  @Test
  void nothingIsWrittenToWhoIsAwayAndAllOfItAtOnceWhenTheyCome() {
    client.away = true;
    rig.publish("updates", "1");
    rig.publish("updates", "2");
    assertThat(client.writes).isEmpty();
    client.away = false;
    line.writable();
    rig.run();
    assertThat(client.writes).hasSize(1);
    assertThat(client.rest()).containsExactly("1", "2");
  }

  /** What is published during a write waits like anything else. */
  @Test
  void whoLeavesDuringAWriteIsWrittenNoMore() {
    client.sticks = true;
    rig.publish("updates", "1");
    rig.publish("updates", "2");
    client.away = true;
    client.unstick();
    rig.run();
    assertThat(client.rest()).containsExactly("1");
    client.away = false;
    line.writable();
    rig.run();
    assertThat(client.rest()).containsExactly("2");
  }
}
