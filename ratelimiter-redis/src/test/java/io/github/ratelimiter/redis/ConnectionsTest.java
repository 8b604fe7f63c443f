package io.github.ratelimiter.redis;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.redis.transport.ClientSetup;
import io.github.ratelimiter.redis.transport.Connections;
import io.github.ratelimiter.redis.transport.Connector;
import io.github.ratelimiter.redis.transport.Keyspace;
import io.github.ratelimiter.redis.transport.Options;
import io.github.ratelimiter.redis.transport.ServerCheck;
import io.github.ratelimiter.redis.transport.Timer;
import io.github.ratelimiter.servers.RedisProcess;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

@DisplayName("Connections")
class ConnectionsTest {
  private static final Logger LOG = (Logger) LoggerFactory.getLogger(RedisChannelHandler.class);

  private final Messages messages = new Messages();

  @BeforeEach
  void listen() {
    messages.setContext(LOG.getLoggerContext());
    messages.start();
    LOG.addAppender(messages);
  }

  @AfterEach
  void stopListening() {
    LOG.detachAppender(messages);
  }

  @Test
  @DisplayName("a replaced connection whose client has ended is not closed again")
  void closedOnce() throws Exception {
    try (RedisProcess server = RedisProcess.start()) {
      Connections connections = ClientSetup.single(RedisURI.create(server.uri()));
      StatefulConnection<?, ?> replaced = connections.open();
      StatefulConnection<?, ?> last = connections.open();

      connections.close(last);
      connections.release(replaced);

      assertThat(replaced.isOpen()).isFalse();
      assertThat(messages.seen).isEmpty();
    }
  }

  @Test
  @DisplayName("a client that is opening a connection ends after that")
  void closedWhileConnecting() {
    ClientResources resources = ClientResources.create();
    ConnectingClient client = new ConnectingClient(resources);
    Connections connections =
        new Connections.Single(client, RedisURI.create("redis://localhost"), resources);
    Connector connector = connector(connections);
    Thread starting = new Thread(connector::start, "starting");
    starting.start();
    eventually("the client is connecting").until(() -> client.begun);

    connector.close();
    assertThat(client.ended).as("ended while it was connecting").isFalse();
    client.refusals.release();

    eventually("the client has ended").until(() -> client.ended);
    eventually("the start has ended").until(() -> !starting.isAlive());
  }

  private static Connector connector(Connections connections) {
    Options options =
        new Options(
            "test",
            Duration.ofMillis(500),
            1,
            true,
            false,
            1,
            policy -> false,
            TimeSource.system(),
            TimeSource.system(),
            "return 1",
            Duration.ofSeconds(1));
    ServerCheck check = new ServerCheck(connections, new Keyspace("test", 1), options);
    return new Connector(connections, check, new Timer(TimeSource.system()), options);
  }

  /** Connects until it is refused. */
  private static final class ConnectingClient extends RedisClient {
    private final Semaphore refusals = new Semaphore(0);
    private volatile boolean begun;
    private volatile boolean ended;

    ConnectingClient(ClientResources resources) {
      super(resources, RedisURI.create("redis://localhost"));
    }

    @Override
    public <K, V> StatefulRedisConnection<K, V> connect(RedisCodec<K, V> codec, RedisURI uri) {
      begun = true;
      refusals.acquireUninterruptibly();
      throw new RedisConnectionException("refused by this test");
    }

    @Override
    public CompletableFuture<Void> shutdownAsync(long quiet, long longest, TimeUnit unit) {
      ended = true;
      return super.shutdownAsync(quiet, longest, unit);
    }
  }

  /** What the client logs on this thread; other tests run beside this one. */
  private static final class Messages extends AppenderBase<ILoggingEvent> {
    private final Thread owner = Thread.currentThread();
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      if (Thread.currentThread() == owner) {
        seen.add(event.getFormattedMessage());
      }
    }
  }
}
