package io.heartline.clients;

import io.heartline.nginx.Configuration;
import io.heartline.nginx.NginxInFront;
import io.heartline.nginx.SelfSigned;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * {@code deploy/nginx/heartline.conf} in front of one server, with TLS and without: it ends what is
 * silent for 4 s, and answers two addresses of its own as other gateways do.
 */
final class Gateway implements AutoCloseable {
  private final int plain = NginxInFront.freePort();
  private final int secure = NginxInFront.freePort();
  private final Library.Trust trust;
  private final NginxInFront nginx;

  Gateway(Path folder, RunningWar war) throws IOException {
    Files.createDirectories(folder);
    SelfSigned tls = SelfSigned.make(folder);
    trust = new Library.Trust(tls.trusting(), manager(tls));
    int nobody = NginxInFront.freePort();
    Configuration shipped = Configuration.shipped(folder, secure, tls, war.port(), nobody)
        .with(
            "listen 127.0.0.1:" + secure + " ssl;",
            "listen 127.0.0.1:" + secure + " ssl; listen 127.0.0.1:" + plain + ";")
        .with("server 127.0.0.1:" + nobody + " backup;", "#")
        .with(
            "proxy_read_timeout 75s;                          # three beats of 25 s: only",
            "proxy_read_timeout 4s; #")
        .with("location /heartline/ {", """
            location = /heartline/refused/401 { return 401; }
            location = /heartline/refused/429 { add_header Retry-After 7 always; return 429; }
            location /heartline/ {""");
    nginx = NginxInFront.start(folder, shipped, secure);
  }

  private static X509TrustManager manager(SelfSigned tls) throws IOException {
    try (InputStream certificate = Files.newInputStream(tls.certificate())) {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "server", CertificateFactory.getInstance("X.509").generateCertificate(certificate));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      return (X509TrustManager) trust.getTrustManagers()[0];
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  Library.Trust trust() {
    return trust;
  }

  /** Returns the port without TLS. */
  int plainPort() {
    return plain;
  }

  /** Returns the port with TLS. */
  int securePort() {
    return secure;
  }

  /** Returns the address of a door without TLS. */
  URI plain(String path) {
    return URI.create("ws://127.0.0.1:" + plain + "/heartline/" + path);
  }

  /** Returns the address of a door through TLS. */
  URI secure(String path) {
    return URI.create("wss://127.0.0.1:" + secure + "/heartline/" + path);
  }

  @Override
  public void close() {
    nginx.close();
  }
}
