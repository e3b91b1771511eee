package io.heartline.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Rights;
import io.heartline.model.ChannelName;
import io.heartline.model.Identity;
import io.heartline.model.User;
import io.heartline.security.ChannelRights;
import io.heartline.security.RightsRule;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules that the chapter on rights shows open what it says, and nothing else. */
class RightsExamplesTest {
  /** A row of the table of examples: the rule, what it opens, what it does not open. */
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\|([^|]*)\\|([^|]*)\\|$");

  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private static final Identity ANN =
      new Identity(new User("ann"), Identity.NEVER, Set.of("group:staff", "claim.team=red"), null);

  private static String chapter() throws IOException {
    return Docs.chapter("identity-and-rights.md");
  }

  @Test
  void eachExampleIsTrue() throws IOException {
    String chapter = chapter();
    String table = chapter.substring(chapter.indexOf("| rule | opens for ann |"));
    Matcher row = ROW.matcher(table.substring(0, table.indexOf("\n\n")));
    int rows = 0;
    while (row.find()) {
      rows++;
      Rights rights = new ChannelRights(
          Map.of(Rights.Action.SUBSCRIBE, List.of(RightsRule.parse(row.group(1)))), null);
      codes(row.group(2)).forEach(channel -> assertMay(rights, channel, Rights.May.YES));
      codes(row.group(3)).forEach(channel -> assertMay(rights, channel, Rights.May.NO));
    }
    assertThat(rows).isGreaterThan(10);
  }

  private static void assertMay(Rights rights, String channel, Rights.May expected) {
    assertThat(rights
            .may(ANN, Rights.Action.SUBSCRIBE, new ChannelName(channel))
            .toCompletableFuture()
            .join()
            .may())
        .as(channel)
        .isEqualTo(expected);
  }

  @Test
  void theRulesOfTheExamplePropertiesCanBeRead() throws IOException {
    Matcher property =
        Pattern.compile("(?m)^heartline\\.(?:subscribe|publish) = (.*)$").matcher(chapter());
    int rules = 0;
    while (property.find()) {
      for (String rule : property.group(1).split(",")) {
        RightsRule.parse(rule);
        rules++;
      }
    }
    assertThat(rules).isEqualTo(6);
  }

  private static Stream<String> codes(String cell) {
    return CODE.matcher(cell).results().map((MatchResult code) -> code.group(1));
  }
}
