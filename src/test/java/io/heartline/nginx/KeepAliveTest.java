package io.heartline.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped files' times fit each other. */
class KeepAliveTest {
  /**
   * The other way round a node closes a connection while a request is on its way: a publisher is
   * answered 502, and a line goes to the backup although the live node is well.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {"heartline.conf", "upstream-cluster.conf", "upstream-cluster-spread.conf"})
  void nginxLetsGoOfAnIdleConnectionBeforeTomcatDoes(String file) throws IOException {
    List<Integer> nginx =
        numbers("nginx/" + file, "keepalive 16;[^}]*?\\skeepalive_timeout (\\d+)s;");
    int tomcat = numbers("tomcat/server.xml", "connectionTimeout=\"(\\d+)\"").get(0);
    assertThat(nginx).hasSize(numbers("nginx/" + file, "keepalive (\\d+);").size());
    assertThat(nginx).allSatisfy(seconds -> assertThat(seconds * 1000).isLessThan(tomcat));
  }

  private static List<Integer> numbers(String file, String pattern) throws IOException {
    List<Integer> numbers = Pattern.compile(pattern)
        .matcher(Files.readString(Path.of("deploy", file)))
        .results()
        .map(found -> Integer.valueOf(found.group(1)))
        .toList();
    assertThat(numbers).as(pattern + " in " + file).isNotEmpty();
    return numbers;
  }
}
