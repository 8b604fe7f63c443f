package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.github.ratelimiter.redis.servers.RedisProcess;
import io.github.ratelimiter.redis.transport.ClientSetup;
import io.github.ratelimiter.redis.transport.Connections;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
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
