package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.servers.RedisProcess;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SslOptions;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that speaks TLS, with a certificate that its operator made. */
class TlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private Path dir;

  private RedisProcess startServer(int port) throws Exception {
    Path store = dir.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
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
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(new ByteArrayInputStream(Files.readAllBytes(store)), PASSWORD);
    Key key = keys.getKey("redis", PASSWORD);
    Path keyFile = pem("PRIVATE KEY", key.getEncoded());
    Path certificate = pem("CERTIFICATE", keys.getCertificate("redis").getEncoded());
    return RedisProcess.start(
        "--tls-port",
        Integer.toString(port),
        "--tls-cert-file",
        certificate.toString(),
        "--tls-key-file",
        keyFile.toString(),
        "--tls-auth-clients",
        "no");
  }

  private Path pem(String what, byte[] encoded) throws Exception {
    Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    String text =
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(what, lines.encodeToString(encoded), what);
    return Files.writeString(dir.resolve(what + ".pem"), text);
  }

  @Test
  void aServerBehindTls() throws Exception {
    int port = RedisProcess.freePort();
    String uri = "rediss://localhost:" + port;
    try (RedisProcess server = startServer(port)) {
      assertThat(server.run("PING")).isEqualTo("PONG");
      RedisClient client = RedisClient.create(uri);
      client.setOptions(
          ClientOptions.builder()
              .sslOptions(
                  SslOptions.builder()
                      .jdkSslProvider()
                      .trustManager(dir.resolve("CERTIFICATE.pem").toFile())
                      .build())
              .build());
      try (RedisStateStore store =
          RedisStateStore.builder(client)
              .timeout(Duration.ofSeconds(10))
              .requireConnection()
              .build()) {
        assertThat(Ask.acquire(store, "k").remaining()).isEqualTo(99);
        assertThat(Ask.acquire(store, "k").remaining()).isEqualTo(98);
      } finally {
        client.shutdown(0, 0, TimeUnit.SECONDS);
      }
      assertThatExceptionOfType(StoreMisconfiguredException.class)
          .isThrownBy(() -> RedisStateStore.builder(uri).build())
          .withMessageContaining("certificate that is not trusted");
    }
  }

  @Test
  void aServerWithoutTlsIsNotReachedOverIt() {
    try (RedisProcess server = RedisProcess.start()) {
      String uri = server.uri().replace("redis://", "rediss://");
      assertThatExceptionOfType(StoreUnavailableException.class)
          .isThrownBy(() -> RedisStateStore.builder(uri).requireConnection().build())
          .withMessageContaining(server.port() + " over TLS");
    }
  }
}
