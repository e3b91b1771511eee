package io.heartline.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
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
  @ValueSource(strings = {"heartline.conf", "upstream-cluster.conf"})
  void nginxLetsGoOfAnIdleConnectionBeforeTomcatDoes(String file) throws IOException {
    int nginx = number("nginx/" + file, "keepalive 16;[^}]*?\\skeepalive_timeout (\\d+)s;") * 1000;
    int tomcat = number("tomcat/server.xml", "connectionTimeout=\"(\\d+)\"");
    assertThat(nginx).isPositive().isLessThan(tomcat);
  }

  private static int number(String file, String pattern) throws IOException {
    Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(Path.of("deploy", file)));
    assertThat(matcher.find()).as(pattern + " in " + file).isTrue();
    return Integer.parseInt(matcher.group(1));
  }
}
