package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.redis.servers.RedisProcess;
import io.github.ratelimiter.redis.transport.ClientSetup;
import io.github.ratelimiter.redis.transport.Connections;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Connections")
class ConnectionsTest {
  private static final Logger LOG = Logger.getLogger(RedisChannelHandler.class.getName());

  private final Messages messages = new Messages();

  @BeforeEach
  void listen() {
    LOG.addHandler(messages);
  }

  @AfterEach
  void stopListening() {
    LOG.removeHandler(messages);
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

  /** What the client logs on this thread; other tests run beside this one. */
  private static final class Messages extends Handler {
    private final Thread owner = Thread.currentThread();
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @Override
    public void publish(LogRecord message) {
      if (Thread.currentThread() == owner) {
        seen.add(message.getMessage());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
