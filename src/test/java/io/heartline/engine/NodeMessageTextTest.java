package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Blocks.Whom;
import io.heartline.model.ChannelName;
import io.heartline.model.CloseStatus;
import io.heartline.model.Position;
import io.heartline.model.User;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What nodes write to each other. Nodes of two releases do so during an upgrade. */
class NodeMessageTextTest {
  private static final ChannelName CHAT = new ChannelName("chat");
  private static final User ANN = new User("ann \"1\" é");

  private record Sample(NodeMessage message, String text) {}

  static Stream<Sample> samples() {
    return Stream.of(
        new Sample(
            new NodeMessage.Close(
                7, new Target.Known(new Whom.OneUser(ANN)), CloseStatus.LOGGED_OUT),
            "close [7,[\"user\",\"ann \\\"1\\\" é\"],\"logged-out\"]"),
        new Sample(
            new NodeMessage.Close(7, new Target.Known(new Whom.Token("t")), CloseStatus.BLOCKED),
            "close [7,[\"token\",\"t\"],\"blocked\"]"),
        new Sample(new NodeMessage.Closed(7, 3), "closed [7,3]"),
        new Sample(
            new NodeMessage.Find(8, new Target.Session("s")), "find [8,[\"session\",\"s\"]]"),
        new Sample(
            new NodeMessage.Find(8, new Target.OneLine("a-1")), "find [8,[\"line\",\"a-1\"]]"),
        new Sample(
            new NodeMessage.Found(8, 2, 9, List.of(new Cluster.Seen("a-1", "raw", "::1", 5))),
            "found [8,2,9,[[\"a-1\",\"raw\",\"::1\",5]]]"),
        new Sample(new NodeMessage.Found(8, 0, 0, List.of()), "found [8,0,0,[]]"),
        new Sample(new NodeMessage.Who(9, CHAT), "who [9,\"chat\"]"),
        new Sample(new NodeMessage.Told(9, null), "told [9,[]]"),
        new Sample(
            new NodeMessage.Told(9, new Here(List.of(new User("b")), 1, new Position("e", 3, 4))),
            "told [9,[\"e:3:4\",1,[\"b\"],[]]]"),
        new Sample(
            new NodeMessage.Told(
                9, new Here(List.of(), 0, null, new Coverage(false, Set.of("k", "j")))),
            "told [9,[\"\",0,[],[\"j\",\"k\"]]]"),
        new Sample(new NodeMessage.Pulse(4, true, false), "pulse [4,true,false]"),
        new Sample(new NodeMessage.Tell(), "tell []"),
        new Sample(
            new NodeMessage.Changed(4, List.of(new NodeMessage.Change(CHAT, new User("b"), false))),
            "changed [4,[[\"chat\",\"b\",false]]]"),
        new Sample(
            new NodeMessage.All(
                4, 0, 1, List.of(new NodeMessage.Readers(CHAT, List.of(new User("b"))))),
            "all [4,0,1,[[\"chat\",[\"b\"]]]]"),
        new Sample(new NodeMessage.Answered(CHAT), "answered [\"chat\"]"),
        new Sample(new NodeMessage.Watched(CHAT), "watched [\"chat\"]"));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void eachMessageIsWrittenSoAndReadBack(Sample sample) {
    assertThat(NodeMessageText.write(sample.message())).isEqualTo("face 1 " + sample.text());
    assertThat(NodeMessageText.read("face 1 " + sample.text())).contains(sample.message());
  }
}
