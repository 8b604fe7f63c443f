package io.github.ratelimiter.redis;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.redis.transport.Errors;
import io.github.ratelimiter.servers.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

@DisplayName("The log of a store in Redis")
class LogsTest {
  private final Lines logged = new Lines();
  private Logger logger;

  @BeforeEach
  void listen() {
    // While another thread starts the logging, there are substitutes.
    while (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext)) {
      Thread.onSpinWait();
    }
    logger = (Logger) LoggerFactory.getLogger(RedisStateStore.class);
    logger.setLevel(Level.INFO);
    logged.setContext(logger.getLoggerContext());
    logged.start();
    logger.addAppender(logged);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(logged);
  }

  @Test
  @DisplayName("says that the connection is lost, why it cannot be had, and that it is there again")
  void lostAndFound() {
    try (RedisProcess server = RedisProcess.start();
        RedisStateStore store =
            RedisStateStore.builder(server.uri()).timeout(Duration.ofMillis(500)).build()) {
      String port = ":" + server.port();
      Ask.acquire(store, "k");
      server.kill();
      eventually("the loss is logged")
          .until(
              () -> {
                Ask.failure(StoreException.class, store, "k");
                return logged.of(port).stream().anyMatch(line -> line.contains("connection lost"))
                    && logged.of(port).stream().anyMatch(line -> line.contains("retrying"));
              });
      server.startAgain();
      Ask.untilDecides(store, "k");
      eventually("the connection is logged")
          .until(
              () ->
                  logged.of(port).stream()
                      .anyMatch(line -> line.matches("INFO .*(connected again|replaced).*")));
      assertThat(logged.of(port)).allMatch(line -> line.contains("server="));
      assertThat(logged.of(port)).filteredOn(line -> line.contains("connection lost")).hasSize(1);
    }
  }

  @Test
  @DisplayName("has each mistake of the configuration once a minute")
  void mistakes() {
    Errors errors = new Errors();
    for (int i = 0; i < 100; i++) {
      for (String reason : List.of("first mistake of this test", "second mistake of this test")) {
        StoreMisconfiguredException mistake = errors.mistake(reason, false, null);
        assertThat(mistake).hasMessage(reason);
      }
    }
    assertThat(logged.of("mistake of this test"))
        .containsExactly(
            "ERROR Wrongly configured: first mistake of this test"
                + " [reason=\"first mistake of this test\"]",
            "ERROR Wrongly configured: second mistake of this test"
                + " [reason=\"second mistake of this test\"]");
  }

  @Test
  @DisplayName("is bounded, however many different mistakes there are")
  void manyMistakes() {
    Errors errors = new Errors();
    for (int i = 0; i < 10_000; i++) {
      errors.mistake("strange reply " + i, false, null);
    }
    assertThat(logged.of("strange reply")).hasSize(33);
  }

  @Test
  @DisplayName("has no outage of a single call")
  void outages() {
    Errors errors = new Errors();
    assertThat(errors.ofCall(new IllegalStateException("outage of this test"), true))
        .isInstanceOf(StoreUnavailableException.class);
    assertThat(logged.of("outage of this test")).isEmpty();
  }

  /** Other tests run beside this one, so a line is found by a part of its own. */
  private static final class Lines extends AppenderBase<ILoggingEvent> {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      List<KeyValuePair> fields = event.getKeyValuePairs();
      lines.add(
          event.getLevel()
              + " "
              + event.getFormattedMessage()
              + " "
              + (fields == null ? List.of() : fields));
    }

    List<String> of(String part) {
      return lines.stream().filter(line -> line.contains(part)).toList();
    }
  }
}
