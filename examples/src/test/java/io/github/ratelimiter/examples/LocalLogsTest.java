package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.local.LocalStateStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

@DisplayName("The log of the in-process store")
class LocalLogsTest {
  private static final long HOUR = 3_600_000_000L;

  private final AtomicLong now = new AtomicLong(1_000_000 * HOUR);
  private final List<String> lines = new CopyOnWriteArrayList<>();

  private void during(Class<?> name, Runnable action) {
    // While another thread starts the logging, there are substitutes.
    while (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext)) {
      Thread.onSpinWait();
    }
    Logger logger = (Logger) LoggerFactory.getLogger(name);
    AppenderBase<ILoggingEvent> appender =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            lines.add(
                event.getLevel() + " " + event.getFormattedMessage() + event.getKeyValuePairs());
          }
        };
    appender.setContext(logger.getLoggerContext());
    appender.start();
    logger.setLevel(Level.WARN);
    logger.addAppender(appender);
    try {
      action.run();
    } finally {
      logger.detachAppender(appender);
    }
  }

  private RateLimiter limiter(int maximumKeys) {
    LocalStateStore store =
        LocalStateStore.builder().maximumKeys(maximumKeys).timeSource(now::get).build();
    return RateLimiter.of("test", "10/min", store);
  }

  @Test
  @DisplayName("says once a minute that keys with permits in use are evicted")
  void evictions() {
    RateLimiter limiter = limiter(17);
    during(
        LocalStateStore.class,
        () -> {
          for (int i = 0; i < 100; i++) {
            limiter.tryAcquire("secret" + i);
          }
        });
    assertThat(lines)
        .filteredOn(line -> line.contains("maximum_keys=\"17\""))
        .singleElement()
        .asString()
        .startsWith("WARN The store is full")
        .contains("evictions=\"1\"")
        .doesNotContain("secret");
  }

  @Test
  @DisplayName("says that the clock went back")
  void clockWentBack() {
    RateLimiter limiter = limiter(1_000);
    during(
        TimeSource.class,
        () -> {
          for (int i = 0; i < 100; i++) {
            limiter.tryAcquire("k" + i);
          }
          now.addAndGet(HOUR);
          for (int i = 0; i < 100; i++) {
            limiter.tryAcquire("l" + i); // Removes keys with all permits available.
          }
          now.addAndGet(-HOUR);
          for (int i = 0; i < 100; i++) {
            limiter.tryAcquire("m" + i);
          }
        });
    assertThat(lines)
        .filteredOn(line -> line.contains("3600000.000"))
        .singleElement()
        .asString()
        .startsWith("WARN The clock went back by 3600000.000 ms or more");
  }
}
