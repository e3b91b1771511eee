package io.heartline.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What stands inside {@code http { }}: a file of {@code deploy/nginx/} as it is but for what a test
 * has to replace.
 */
public record Configuration(String text) {
  private static final Path DEPLOY = Path.of("deploy", "nginx");

  /** A file of {@code deploy/nginx/}, unchanged. */
  static Configuration file(String name) throws IOException {
    return new Configuration(Files.readString(DEPLOY.resolve(name)));
  }

  /**
   * {@code heartline.conf} in front of two nodes, with the port, the certificate and the log of a
   * test.
   */
  public static Configuration shipped(Path folder, int port, SelfSigned tls, int live, int backup)
      throws IOException {
    return file("heartline.conf")
        .with("listen 443 ssl;", "listen 127.0.0.1:" + port + " ssl;")
        .with("server_name app.example.com;", "server_name 127.0.0.1;")
        .with("/etc/nginx/heartline/server.crt", tls.certificate().toString())
        .with("/etc/nginx/heartline/server.key", tls.key().toString())
        .with("/var/log/nginx/heartline.log", accessLog(folder).toString())
        .with("server 127.0.0.1:8080 ", "server 127.0.0.1:" + live + " ")
        .with("server 127.0.0.1:8081 backup;", "server 127.0.0.1:" + backup + " backup;");
  }

  /**
   * {@link #shipped(Path, int, SelfSigned, int, int)} with one node: nothing listens where its
   * backup should be.
   */
  public static Configuration shipped(Path folder, int port, SelfSigned tls, RunningWar war)
      throws IOException {
    return shipped(folder, port, tls, war.port(), NginxInFront.freePort());
  }

  /**
   * {@code heartline.conf} in front of the two nodes of a cluster.
   *
   * @param upstream the file with the upstream, such as {@code upstream-cluster.conf}
   */
  public static Configuration cluster(
      Path folder, int port, SelfSigned tls, String upstream, int first, int second)
      throws IOException {
    Configuration nodes = file(upstream)
        .with("server 127.0.0.1:8080 max_fails=0", "server 127.0.0.1:" + first + " max_fails=0")
        .with("server 127.0.0.1:8081 max_fails=0", "server 127.0.0.1:" + second + " max_fails=0")
        .with("server 127.0.0.1:8080 max_fails=1", "server 127.0.0.1:" + first + " max_fails=1")
        .with("server 127.0.0.1:8081 max_fails=1", "server 127.0.0.1:" + second + " max_fails=1");
    return shipped(folder, port, tls, 8080, 8081)
        .withUpstream(nodes)
        .with(
            "# include /etc/nginx/heartline/publish-cluster.conf;",
            file("publish-cluster.conf").text() + '#');
  }

  /** Replaces the upstream of {@code heartline.conf} by a file. */
  Configuration withUpstream(Configuration upstream) {
    int start = text.indexOf("upstream heartline {");
    int end = text.indexOf("}\n", start) + 2;
    return new Configuration(text.substring(0, start) + upstream.text() + text.substring(end));
  }

  static Path accessLog(Path folder) {
    return folder.resolve("access.log");
  }

  /** Replaces what must stand there exactly once. */
  public Configuration with(String shipped, String here) {
    assertThat(text.split(java.util.regex.Pattern.quote(shipped), -1))
        .as("\"%s\" stands in the file once", shipped)
        .hasSize(2);
    return new Configuration(text.replace(shipped, here));
  }
}
