package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.servers.Certificate;
import io.github.ratelimiter.servers.RedisProcess;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SslOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that speaks TLS, with a certificate that its operator made. */
class TlsTest {
  @TempDir private Path dir;

  @Test
  void aServerBehindTls() throws Exception {
    int port = RedisProcess.freePort();
    String uri = "rediss://localhost:" + port;
    Certificate certificate = Certificate.in(dir);
    try (RedisProcess server = certificate.startServer(port)) {
      assertThat(server.run("PING")).isEqualTo("PONG");
      RedisClient client = RedisClient.create(uri);
      client.setOptions(
          ClientOptions.builder()
              .sslOptions(
                  SslOptions.builder()
                      .jdkSslProvider()
                      .trustManager(certificate.certificate().toFile())
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
