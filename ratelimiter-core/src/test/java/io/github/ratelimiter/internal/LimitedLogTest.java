package io.github.ratelimiter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Logged;
import io.github.ratelimiter.TimeSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

@DisplayName("A message that may be repeated often")
class LimitedLogTest {
  private static final long SECOND = 1_000_000;

  private final AtomicLong now = new AtomicLong(1_700_000_000 * SECOND);
  private final TimeSource time = now::get;

  private LimitedLog limited(Logged logged, LimitedLog.Rate rate) {
    return new LimitedLog(logged.logger(), Level.WARN, rate, time);
  }

  @Test
  @DisplayName("is logged at the rate, and the next one tells how many were not")
  void atARate() {
    Logged logged = Logged.privately("DEBUG");
    LimitedLog limited = limited(logged, LimitedLog.Rate.ONE_A_SECOND);
    for (int i = 0; i < 1_000; i++) {
      limited.event().addKeyValue("number", i).log("down");
    }
    now.addAndGet(SECOND - 1);
    limited.event().log("down");
    assertThat(logged.lines()).containsExactly("WARN down {number=0}");
    now.addAndGet(1);
    limited.event().log("down");
    now.addAndGet(SECOND);
    limited.event().log("down");
    assertThat(logged.lines())
        .containsExactly("WARN down {number=0}", "WARN down {not_logged=1000}", "WARN down {}");
  }

  @Test
  @DisplayName("may have a burst")
  void burst() {
    Logged logged = Logged.privately("DEBUG");
    LimitedLog limited = limited(logged, LimitedLog.Rate.TEN_A_SECOND);
    for (int i = 0; i < 100; i++) {
      limited.event().log("refused");
    }
    assertThat(logged.lines()).hasSize(10);
    now.addAndGet(SECOND / 10);
    limited.event().log("refused");
    assertThat(logged.lines()).hasSize(11).last().isEqualTo("WARN refused {not_logged=90}");
  }

  @Test
  @DisplayName("is not counted while its level is off")
  void off() {
    Logged logged = Logged.privately("ERROR");
    LimitedLog limited = limited(logged, LimitedLog.Rate.ONE_A_SECOND);
    for (int i = 0; i < 10; i++) {
      assertThat(LimitedLog.isNothing(limited.event())).isTrue();
    }
    ((ch.qos.logback.classic.Logger) logged.logger()).setLevel(ch.qos.logback.classic.Level.INFO);
    limited.event().log("down");
    assertThat(logged.lines()).containsExactly("WARN down {}");
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 3_600, 1_000_000_000})
  @DisplayName("is not silent because the clock went back")
  void clockWentBack(long seconds) {
    Logged logged = Logged.privately("DEBUG");
    LimitedLog limited = limited(logged, LimitedLog.Rate.ONE_A_SECOND);
    limited.event().log("down");
    now.addAndGet(-seconds * SECOND);
    limited.event().log("down");
    limited.event().log("down");
    assertThat(logged.lines()).hasSize(2);
    now.addAndGet(SECOND);
    limited.event().log("down");
    assertThat(logged.lines()).hasSize(3);
  }

  @Test
  @DisplayName("is logged once however many threads try at the same time")
  void threads() throws Exception {
    Logged logged = Logged.privately("DEBUG");
    LimitedLog limited = limited(logged, LimitedLog.Rate.ONE_A_SECOND);
    CountDownLatch start = new CountDownLatch(1);
    Thread[] threads = new Thread[8];
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          new Thread(
              () -> {
                try {
                  start.await();
                } catch (InterruptedException e) {
                  return;
                }
                for (int n = 0; n < 1_000; n++) {
                  limited.event().log("down");
                }
              });
      threads[i].start();
    }
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    now.addAndGet(SECOND);
    limited.event().log("down");
    assertThat(logged.lines()).hasSize(2);
    long notLogged =
        logged.lines().stream()
            .map(line -> line.replaceAll("\\D", ""))
            .mapToLong(digits -> digits.isEmpty() ? 0 : Long.parseLong(digits))
            .sum();
    assertThat(notLogged).isEqualTo(7_999);
  }
}
