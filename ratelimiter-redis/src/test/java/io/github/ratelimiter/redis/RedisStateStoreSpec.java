package io.github.ratelimiter.redis;

import io.github.ratelimiter.redis.script.Scripts;
import io.github.ratelimiter.servers.RedisProcess;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import io.github.ratelimiter.testkit.StateStoreSpec;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The store is held to the specification, on a real server whose clock is the test's. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RedisStateStoreSpec extends StateStoreSpec {
  private String uri;
  private AutoCloseable server;
  private RedisClient client;
  private StatefulRedisConnection<String, String> connection;

  /** A server, and where it is; aborts where there is none. */
  record Server(String uri, AutoCloseable process) {}

  Server startServer() {
    RedisProcess process = RedisProcess.start();
    return new Server(process.uri(), process);
  }

  @BeforeAll
  void start() {
    Server started = startServer();
    uri = started.uri();
    server = started.process();
    client = RedisClient.create(uri);
    connection = client.connect();
  }

  @AfterAll
  void stop() throws Exception {
    if (server != null) {
      client.shutdown(0, 0, TimeUnit.SECONDS);
      server.close();
    }
  }

  abstract RedisStateStoreBuilder path(RedisStateStoreBuilder builder);

  @Override
  protected StateStore open(ManualTimeSource clock) {
    connection.sync().flushall();
    connection.sync().set("clock", Long.toString(clock.nowMicros()));
    RedisStateStoreBuilder builder = RedisStateStore.builder(uri).timeSource(clock);
    RedisStateStore store = path(builder).timeout(Duration.ofSeconds(10)).script(script()).build();
    return new OnGivenClock(store, connection.sync(), clock);
  }

  @Override
  protected int randomRequests() {
    return 1_000;
  }

  static String script() {
    try (InputStream in = RedisStateStoreSpec.class.getResourceAsStream("given-clock.lua")) {
      return Scripts.withClock(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
