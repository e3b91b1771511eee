package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.log.Start;
import io.heartline.model.CloseCause;
import io.heartline.model.CloseStatus;
import io.heartline.protocol.Subscription;
import io.heartline.testing.Arrivals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is told of a line's life. */
class LineEventsTest {
  private static class Recorder implements LineEvents {
    final List<String> events = new ArrayList<>();

    @Override
    public void opened(Line line) {
      events.add("opened");
    }

    @Override
    public void welcomed(Line line) {
      events.add("welcomed " + line.user());
    }

    @Override
    public void subscribed(Line line, Subscription subscription, Start start) {
      events.add("subscribed " + subscription + " at " + start.position());
    }

    @Override
    public void refused(Line line, String code, String about) {
      events.add("refused " + code + " " + about);
    }

    @Override
    public void written(Line line, Outgoing outgoing) {
      if (outgoing.publications() > 0) {
        events.add("written " + outgoing.publications());
      }
    }

    @Override
    public void slow(Line line) {
      events.add("slow");
    }

    @Override
    public void closed(Line line, int code, CloseStatus status, String reason) {
      events.add("closed " + code + " " + (status == null ? "by the client" : status.cause()));
    }
  }

  private final Rig rig = new Rig();
  private final RecordingConnection connection = new RecordingConnection();
  private final Recorder recorder = new Recorder();

  @Test
  void aLifeIsToldFromBeginningToEnd() {
    rig.engine.listen(recorder);
    Line line = rig.open(Rig.pages(SeatPolicy.NEWEST), Rig.ANN, connection);
    rig.say(line, "{\"subscribe\":\"updates\"}\n{\"subscribe\":\"secret\"}");
    rig.publish("updates", "1");
    connection.sticks = true;
    rig.publish("updates", "2");
    rig.time.advance(Duration.ofSeconds(1));
    connection.unstick();
    rig.run();
    line.closed(1006);
    assertThat(recorder.events)
        .containsExactly(
            "opened",
            "welcomed ann",
            "subscribed updates at t.0:0:0",
            "refused forbidden secret",
            "written 1",
            "written 1",
            "slow",
            "closed 1006 by the client");
  }

  @Test
  void closesOfOneCodeAreToldApartByTheirCause() {
    rig.engine.listen(recorder);
    Line stuck = rig.page(connection);
    rig.say(stuck, "{\"subscribe\":\"updates\"}");
    connection.sticks = true;
    rig.publish("updates", "1");
    rig.pass(Duration.ofSeconds(10));
    RecordingConnection raw = new RecordingConnection();
    rig.engine.open(Rig.raw(SeatPolicy.NONE), raw, Arrivals.since("elsewhere:1:1"));
    rig.run();
    assertThat(recorder.events)
        .contains("closed 4002 " + CloseCause.NO_PROGRESS, "closed 4002 " + CloseCause.GAP);
    assertThat(rig.engine.statistics().closed()).isEqualTo(Map.of(4002, 2L));
    assertThat(rig.engine.statistics().causes()).isEqualTo(Map.of("gap", 1L, "no-progress", 1L));
  }

  @Test
  void aListenerThatFailsCostsNobodyAnything() {
    rig.engine.listen(new Recorder() {
      @Override
      public void opened(Line line) {
        throw new IllegalStateException("as it is to be");
      }
    });
    rig.engine.listen(recorder);
    rig.say(rig.page(connection), "{\"probe\":1}");
    assertThat(connection.rest()).containsExactly("{\"probed\":1}");
    assertThat(recorder.events).contains("opened");
  }
}
