package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.ChannelName;
import io.heartline.model.CloseStatus;
import io.heartline.model.Identity;
import io.heartline.model.User;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What a line may read: asked for before it reads, and again when the answer may have changed. */
class RightsTest {
  /** Rights that a test takes away and says so. */
  private static final class Changing implements Rights {
    final Set<String> closed = new HashSet<>();
    final CompletableFuture<Decision> later = new CompletableFuture<>();
    Watcher watcher;
    int askedUnderLock;

    @Override
    public CompletionStage<Decision> may(Identity identity, Action action, ChannelName channel) {
      askedUnderLock += Thread.holdsLock(this) ? 1 : 0;
      return channel.text().equals("later")
          ? later
          : Decision.of(!closed.contains(channel.text())).now();
    }

    @Override
    public void watch(Watcher watcher) {
      this.watcher = watcher;
    }
  }

  private final Changing rights = new Changing();
  private final Rig rig = new Rig(rights);
  private final RecordingConnection connection = new RecordingConnection();

  @Test
  void aDoorsOwnChannelsAreAskedForToo() {
    rights.closed.add("updates");
    rig.open(Rig.raw(SeatPolicy.NONE), null, connection);
    assertThat(connection.closed).isEqualTo(CloseStatus.FORBIDDEN.forRawClients());
  }

  @Test
  void aRightThatEndsTakesTheChannelOffTheLine() {
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"a\"}\n{\"subscribe\":\"b\"}");
    connection.rest();
    rights.closed.add("a");
    rights.watcher.changed(null);
    rig.run();
    assertThat(connection.rest())
        .containsExactly("{\"unsubscribed\":\"a\",\"reason\":\"forbidden\"}");
    rig.publish("a", "1");
    rig.publish("b", "2");
    assertThat(connection.rest()).singleElement().asString().contains("\"data\":2");
  }

  @Test
  void aChangeOfOneUsersRightsAsksNobodyElse() {
    RecordingConnection other = new RecordingConnection();
    Line ann = rig.open(Rig.pages(SeatPolicy.NONE), Rig.ANN, connection);
    Line bob = rig.open(Rig.pages(SeatPolicy.NONE), new User("bob"), other);
    rig.say(ann, "{\"subscribe\":\"a\"}");
    rig.say(bob, "{\"subscribe\":\"a\"}");
    rights.closed.add("a");
    rights.watcher.changed(Rig.ANN);
    rig.run();
    assertThat(connection.rest()).last().asString().contains("unsubscribed");
    assertThat(other.rest()).noneMatch(text -> text.contains("unsubscribed"));
  }

  @Test
  void aRawLineThatMayNoLongerReadIsClosedForGood() {
    rig.open(Rig.raw(SeatPolicy.NONE), null, connection);
    rights.closed.add("updates");
    rights.watcher.changed(null);
    rig.run();
    assertThat(connection.closed).isEqualTo(CloseStatus.FORBIDDEN.forRawClients());
  }

  @Test
  void anAnswerThatComesLaterKeepsTheOrderOfAnswers() {
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"later\"}\n{\"probe\":1}");
    assertThat(connection.rest()).isEmpty();
    rights.later.complete(Rights.Decision.YES);
    rig.run();
    assertThat(connection.rest())
        .satisfiesExactly(
            first -> assertThat(first).startsWith("{\"subscribed\":\"later\""),
            second -> assertThat(second).isEqualTo("{\"probed\":1}"));
  }

  @Test
  void anAnswerThatCannotBeHadIsARefusalThatSaysSo() {
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"later\"}");
    rights.later.completeExceptionally(new IllegalStateException("as it is to be"));
    rig.run();
    assertThat(connection.rest()).singleElement().asString().contains("\"code\":\"unavailable\"");
    assertThat(connection.closed).isNull();
  }

  @Test
  void anAnswerThatCannotBeHadTakesNothingAway() {
    Line line = rig.page(connection);
    rights.later.complete(Rights.Decision.YES);
    rig.say(line, "{\"subscribe\":\"later\"}");
    connection.rest();
    rights.later.obtrudeException(new IllegalStateException("as it is to be"));
    rights.watcher.changed(null);
    rig.run();
    rig.publish("later", "1");
    assertThat(connection.rest()).singleElement().asString().contains("\"data\":1");
  }

  @Test
  void aRightThatEndsIsNotMissedByALineWithMuchToDo() {
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"a\"}");
    rig.say(line, "{\"subscribe\":\"later\"}");
    rig.say(line, "{\"beat\":1}\n".repeat(Steps.MAX_WAITING));
    connection.rest();
    rights.closed.add("a");
    rights.watcher.changed(null);
    rig.run();
    rights.later.complete(Rights.Decision.YES);
    rig.run();
    assertThat(connection.rest()).contains("{\"unsubscribed\":\"a\",\"reason\":\"forbidden\"}");
    assertThat(connection.closed).isNull();
  }

  @Test
  void whoSaysThatRightsHaveChangedIsNotAskedBeforeThatIsSaid() {
    Line line = rig.page(connection);
    rig.say(line, "{\"subscribe\":\"a\"}");
    synchronized (rights) {
      rights.closed.add("a");
      rights.watcher.changed(null);
    }
    rig.run();
    assertThat(rights.askedUnderLock).isZero();
    assertThat(connection.rest()).last().asString().contains("unsubscribed");
  }

  /** A right that ends by itself, and what is said when it is asked for again. */
  private static final class Ending implements Rights {
    final List<String> asked = new ArrayList<>();
    Decision next = Decision.YES;

    @Override
    public CompletionStage<Decision> may(Identity identity, Action action, ChannelName channel) {
      asked.add(channel.text());
      return channel.text().equals("always") ? Decision.YES.now() : next.now();
    }
  }

  private final Ending ending = new Ending();
  private final Rig endingRig = new Rig(ending);

  private Rights.Decision yesFor(int seconds) {
    return new Rights.Decision(
        Rights.May.YES, endingRig.time.epochMicros() / 1000 + seconds * 1000L);
  }

  private Line reading(RecordingConnection connection, int seconds) {
    Line line = endingRig.page(connection);
    ending.next = yesFor(seconds);
    endingRig.say(line, "{\"subscribe\":\"always\"}\n{\"subscribe\":\"a\"}");
    connection.rest();
    ending.asked.clear();
    return line;
  }

  /** Lets time pass and the page live on. */
  private void pass(Line line, int seconds) {
    for (int i = 0; i < seconds; i++) {
      endingRig.pass(Duration.ofSeconds(1));
      endingRig.say(line, "{\"beat\":1}");
    }
  }

  @Test
  void aRightThatRunsOutIsAskedForAgainAndTakenAwayIfItIsNotRenewed() {
    Line line = reading(connection, 60);
    pass(line, 59);
    assertThat(ending.asked).isEmpty();
    ending.next = yesFor(31);
    pass(line, 1);
    assertThat(ending.asked).as("and no other one").containsExactly("a");
    pass(line, 29);
    assertThat(ending.asked).hasSize(1);
    connection.rest();
    ending.next = Rights.Decision.NO;
    pass(line, 1);
    assertThat(connection.rest())
        .containsExactly("{\"unsubscribed\":\"a\",\"reason\":\"forbidden\"}");
    endingRig.publish("a", "1");
    endingRig.publish("always", "2");
    assertThat(connection.rest()).singleElement().asString().contains("\"data\":2");
    pass(line, 300);
    assertThat(ending.asked).as("what is no longer read is not asked for").hasSize(2);
  }

  @Test
  void aRightThatCannotBeRenewedNowGoesOnAndIsAskedForUntilItIsKnown() {
    Line line = reading(connection, 60);
    ending.next = Rights.Decision.UNKNOWN;
    pass(line, 65);
    assertThat(connection.rest()).noneMatch(text -> text.contains("unsubscribed"));
    endingRig.publish("a", "1");
    assertThat(connection.rest()).singleElement().asString().contains("\"data\":1");
    pass(line, 60);
    assertThat(ending.asked).hasSizeBetween(4, 8);
    ending.next = Rights.Decision.NO;
    pass(line, 20);
    assertThat(connection.rest()).contains("{\"unsubscribed\":\"a\",\"reason\":\"forbidden\"}");
  }

  @Test
  void aRightThatRunsOutOnARawLineEndsIt() {
    ending.next = yesFor(5);
    endingRig.open(Rig.raw(SeatPolicy.NONE), null, connection);
    ending.next = Rights.Decision.NO;
    endingRig.assertClosedAfter(5, connection, CloseStatus.FORBIDDEN.forRawClients());
  }

  @Test
  void aRenewedIdentityIsAskedForAtOnce() {
    Line line = reading(connection, 60);
    endingRig.tokens = credentials -> new Authenticator.Verdict.Known(Identity.ANONYMOUS).now();
    ending.next = Rights.Decision.NO;
    endingRig.say(line, "{\"token\":\"t\"}");
    assertThat(connection.rest())
        .containsExactly("{\"unsubscribed\":\"a\",\"reason\":\"forbidden\"}");
  }

  /** Somebody with a token that opens the channel a for so long. */
  private Line withToken(RecordingConnection connection, int seconds) {
    endingRig.engine.channelTokens((identity, channel, token) -> switch (token) {
      case "good" -> new ChannelTokens.Verdict.Opens(yesFor(seconds).untilMillis()).now();
      case "later" -> new ChannelTokens.Verdict.CannotSay().now();
      default -> new ChannelTokens.Verdict.Wrong("the token is bad").now();
    });
    ending.next = Rights.Decision.NO;
    Line line = endingRig.page(connection);
    endingRig.say(line, "{\"subscribe\":\"a\",\"token\":\"good\"}");
    assertThat(connection.next()).startsWith("{\"subscribed\":\"a\"");
    return line;
  }

  @Test
  void aTokenOpensAChannelUntilItExpires() {
    Line line = withToken(connection, 60);
    pass(line, 59);
    assertThat(ending.asked).as("rights are not asked").isEmpty();
    connection.rest();
    endingRig.publish("a", "1");
    assertThat(connection.rest()).singleElement().asString().contains("\"data\":1");
    pass(line, 1);
    assertThat(connection.rest())
        .containsExactly("{\"unsubscribed\":\"a\",\"reason\":\"expired\"}");
    endingRig.say(line, "{\"subscribe\":\"a\",\"token\":\"good\"}");
    assertThat(connection.next()).startsWith("{\"subscribed\":\"a\"");
  }

  @Test
  void aTokenThatExpiresTakesNothingAwayThatRightsAllowByThen() {
    Line line = withToken(connection, 60);
    ending.next = Rights.Decision.YES;
    pass(line, 200);
    assertThat(connection.rest()).noneMatch(text -> text.contains("unsubscribed"));
    assertThat(ending.asked).containsExactly("a");
  }

  @Test
  void whatATokenHasOpenedStaysOpenWhenTheIdentityIsRenewed() {
    Line line = withToken(connection, 60);
    endingRig.tokens = credentials -> new Authenticator.Verdict.Known(Identity.ANONYMOUS).now();
    endingRig.say(line, "{\"token\":\"t\"}");
    assertThat(connection.rest()).isEmpty();
    assertThat(ending.asked).isEmpty();
  }

  @Test
  void aTokenThatOpensNothingIsRefusedInItsWords() {
    Line line = withToken(connection, 60);
    endingRig.say(
        line,
        "{\"subscribe\":\"b\",\"token\":\"bad\"}\n{\"subscribe\":\"b\",\"token\":\"later\"}\n"
            + "{\"subscribe\":\"b\"}");
    assertThat(connection.rest())
        .satisfiesExactly(
            bad -> assertThat(bad).contains("\"forbidden\",\"message\":\"the token is bad\""),
            later -> assertThat(later).contains("\"code\":\"unavailable\""),
            none -> assertThat(none).contains("\"code\":\"forbidden\""));
    assertThat(connection.closed).isNull();
  }

  @Test
  void withoutTokensInUseOneOpensNothing() {
    Line line = endingRig.page(connection);
    endingRig.say(line, "{\"subscribe\":\"a\",\"token\":\"good\"}");
    assertThat(connection.rest()).singleElement().asString().contains("not in use here");
  }
}
