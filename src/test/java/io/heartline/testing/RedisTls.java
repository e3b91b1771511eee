package io.heartline.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A Redis that speaks by TLS only, with a certificate of its own for {@code localhost} and for no
 * address.
 *
 * @param trust a store with that certificate, for who should trust it
 */
public record RedisTls(RedisServer server, int port, Path trust) implements AutoCloseable {
  /** The password of the store. */
  public static final String TRUST_PASSWORD = "changeit";

  /** Makes a certificate and starts the server. */
  public static RedisTls start(Path folder) throws IOException, InterruptedException {
    Path key = folder.resolve("key.pem");
    Path certificate = folder.resolve("certificate.pem");
    run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
        "-keyout",
        key.toString(),
        "-out",
        certificate.toString());
    Path trust = folder.resolve("trust.p12");
    run(
        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
        "-importcert",
        "-noprompt",
        "-alias",
        "redis",
        "-file",
        certificate.toString(),
        "-keystore",
        trust.toString(),
        "-storepass",
        TRUST_PASSWORD);
    int port = RedisServer.freePort();
    RedisServer server = new RedisServer(
        folder,
        port,
        List.of(
            "redis-server",
            "--port",
            "0",
            "--bind",
            "127.0.0.1",
            "-::1",
            "--tls-port",
            String.valueOf(port),
            "--tls-cert-file",
            certificate.toString(),
            "--tls-key-file",
            key.toString(),
            "--tls-ca-cert-file",
            certificate.toString(),
            "--tls-auth-clients",
            "no",
            "--save",
            "",
            "--dir",
            folder.toString(),
            "--logfile",
            folder.resolve("redis.log").toString()),
        false);
    server.start();
    return new RedisTls(server, port, trust);
  }

  /** Returns what trusts this server, and no other. */
  public SSLContext trusting() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(trust)) {
      store.load(in, TRUST_PASSWORD.toCharArray());
    }
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trusted.getTrustManagers(), null);
    return context;
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException(command[0] + " failed: " + said);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
