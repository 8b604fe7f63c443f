package io.github.ratelimiter.servers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/**
 * A certificate for {@code localhost} and 127.0.0.1 that nobody has signed, with its key, in files.
 *
 * @param certificate a PEM file
 * @param key a PEM file
 */
public record Certificate(Path certificate, Path key) {
  private static final String PASSWORD = "changeit";

  /** Makes a certificate. */
  public static Certificate in(Path dir) throws IOException, GeneralSecurityException {
    Path store = dir.resolve("keys.p12");
    makeKeys(store);
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return new Certificate(
        pem(dir, "CERTIFICATE", keys.getCertificate("redis").getEncoded()),
        pem(dir, "PRIVATE KEY", keys.getKey("redis", PASSWORD.toCharArray()).getEncoded()));
  }

  private static void makeKeys(Path store) throws IOException {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process process =
        new ProcessBuilder(
                List.of(
                    keytool,
                    "-genkeypair",
                    "-alias",
                    "redis",
                    "-keyalg",
                    "RSA",
                    "-dname",
                    "CN=localhost",
                    "-ext",
                    "san=dns:localhost,ip:127.0.0.1",
                    "-keystore",
                    store.toString(),
                    "-storepass",
                    PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (process.waitFor() != 0) {
        throw new IOException("keytool has failed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static Path pem(Path dir, String what, byte[] encoded) throws IOException {
    Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    String text =
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(what, lines.encodeToString(encoded), what);
    return Files.writeString(dir.resolve(what.replace(' ', '-') + ".pem"), text);
  }

  /** Starts a server that speaks TLS on a port, beside its own port. */
  public RedisProcess startServer(int tlsPort) {
    return RedisProcess.start(
        "--tls-port",
        Integer.toString(tlsPort),
        "--tls-cert-file",
        certificate.toString(),
        "--tls-key-file",
        key.toString(),
        "--tls-auth-clients",
        "no");
  }
}
