package io.heartline.nginx;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate for 127.0.0.1 made by the JDK's keytool, as files for nginx and as what a client
 * trusts.
 */
public record SelfSigned(Path certificate, Path key, SSLContext trusting) {
  private static final char[] PASSWORD = "changeit".toCharArray();

  public static SelfSigned make(Path folder) throws IOException {
    Path store = folder.resolve("server.p12");
    Path output = folder.resolve("keytool.out");
    Process keytool = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            "server",
            "-keyalg",
            "RSA",
            "-keysize",
            "2048",
            "-validity",
            "2",
            "-dname",
            "CN=127.0.0.1",
            "-ext",
            "san=ip:127.0.0.1",
            "-storetype",
            "PKCS12",
            "-keystore",
            store.toString(),
            "-storepass",
            new String(PASSWORD))
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
    try (InputStream ignored = keytool.getInputStream()) {
      assertThat(keytool.waitFor(1, TimeUnit.MINUTES)).as("keytool ends").isTrue();
      assertThat(keytool.exitValue()).as(Files.readString(output)).isZero();
      KeyStore pair = KeyStore.getInstance(store.toFile(), PASSWORD);
      byte[] certificate = pair.getCertificate("server").getEncoded();
      byte[] key = pair.getKey("server", PASSWORD).getEncoded();
      return new SelfSigned(
          pem(folder.resolve("server.crt"), "CERTIFICATE", certificate),
          pem(folder.resolve("server.key"), "PRIVATE KEY", key),
          trusting(pair));
    } catch (GeneralSecurityException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Path pem(Path file, String what, byte[] der) throws IOException {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    String text = "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n";
    return Files.writeString(file, text, US_ASCII);
  }

  /** Returns what trusts the certificate named {@code server} in {@code pair} and no other. */
  public static SSLContext trusting(KeyStore pair) throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", pair.getCertificate("server"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
