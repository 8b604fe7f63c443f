package io.github.ratelimiter.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ratelimiter.Logged;
import io.github.ratelimiter.ManualTime;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TestStore;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.threads.LibraryExecutor;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("A log of decisions, as it is written")
@Timeout(60)
class DecisionLogWriterTest {
  private final ManualTime time = new ManualTime();
  private final TestStore store = new TestStore(time);
  private final List<String> lines = new CopyOnWriteArrayList<>();

  private DecisionLogBuilder log() {
    return DecisionLog.to(lines::add).timeSource(time);
  }

  private RateLimiter limiter(String policy, DecisionLog log) {
    RateLimiter limiter =
        RateLimiter.builder().policy("test", policy).store(store).timeSource(time).build();
    limiter.addObserver(log);
    return limiter;
  }

  @Test
  @DisplayName("writes to a stream, and flushes when nothing waits and when it is closed")
  void stream() {
    StringWriter written = new StringWriter();
    AtomicInteger flushes = new AtomicInteger();
    Writer counting =
        new BufferedWriter(written) {
          @Override
          public void flush() throws IOException {
            flushes.incrementAndGet();
            super.flush();
          }
        };
    List<Runnable> tasks = new ArrayList<>();
    DecisionLog log = DecisionLog.to(counting).timeSource(time).executor(tasks::add).build();
    RateLimiter limiter = limiter("5/min", log);
    limiter.tryAcquire("k");
    limiter.tryAcquire("k");
    tasks.remove(0).run();
    assertThat(written.toString().lines()).hasSize(2);
    assertThat(written.toString()).endsWith("}\n");
    assertThat(flushes).hasValue(1);
  }

  @Test
  @DisplayName("writes what waits when it is closed, and nothing afterwards")
  void closed() throws Exception {
    DecisionLog log = log().executor(LibraryExecutor.shared()).build();
    RateLimiter limiter = limiter("9/min", log);
    for (int i = 0; i < 9; i++) {
      limiter.tryAcquire("k", 1);
    }
    log.close();
    assertThat(lines).hasSize(9);
    limiter.tryAcquire("k");
    log.close();
    assertThat(lines).hasSize(9);
    assertThat(log.dropped()).isZero();
  }

  @Test
  @DisplayName("writes nothing after it was closed, also if a call ended just before")
  void closedAtTheEndOfCall() {
    AtomicReference<DecisionLog> log = new AtomicReference<>();
    TimeSource closing =
        () -> {
          log.get().close();
          return time.nowMicros();
        };
    log.set(log().timeSource(closing).executor(Runnable::run).build());
    RateLimiter limiter = limiter("9/min", log.get());
    limiter.tryAcquire("k");
    assertThat(lines).isEmpty();
    assertThat(log.get().failed()).isZero();
  }

  @Test
  @DisplayName("harms no decision if the writer blocks: it drops lines, counts them, and says so")
  void blocks() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (Logged logged = Logged.by(DecisionLog.class)) {
      DecisionLog log =
          DecisionLog.to(
                  line -> {
                    try {
                      end.await();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                    lines.add(line);
                  })
              .maximumWaiting(100)
              .build();
      RateLimiter limiter = limiter("9/min", log);
      for (int i = 0; i < 1_000; i++) {
        limiter.tryAcquire("k");
      }
      assertThat(log.dropped()).isEqualTo(900);
      await().until(() -> !logged.lines(line -> line.contains("waiting=100")).isEmpty());
      assertThat(logged.lines(line -> line.contains("waiting=100")))
          .containsExactly(
              "WARN A receiver is slow: lines of a decision log are dropped, 1 so far"
                  + " {dropped=1, waiting=100, what=lines of a decision log}");
      end.countDown();
      log.close();
      assertThat(lines).hasSize(100);
    }
  }

  @Test
  @DisplayName("counts what could not be written, says so, and goes on")
  void fails() {
    try (Logged logged = Logged.by(DecisionLog.class)) {
      AtomicInteger calls = new AtomicInteger();
      DecisionLog log =
          DecisionLog.to(
                  line -> {
                    if (calls.getAndIncrement() % 2 == 0) {
                      throw new IllegalStateException("disk full");
                    }
                    lines.add(line);
                  })
              .executor(Runnable::run)
              .build();
      RateLimiter limiter = limiter("9/min", log);
      for (int i = 0; i < 10; i++) {
        limiter.tryAcquire("k");
      }
      assertThat(lines).hasSize(5);
      assertThat(log.failed()).isEqualTo(5);
      assertThat(logged.lines(line -> line.contains("could not write")))
          .containsExactly("WARN A decision log could not write {failed=1}");
    }
  }

  @Test
  @DisplayName("is closed while the writer blocks: it gives up, says so, and writes nothing more")
  void closedWhileBlocked() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    try (Logged logged = Logged.by(DecisionLog.class)) {
      DecisionLog log =
          DecisionLog.to(
                  line -> {
                    begun.countDown();
                    try {
                      end.await();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                    lines.add(line);
                  })
              .build();
      RateLimiter limiter = limiter("9/min", log);
      for (int i = 0; i < 7; i++) {
        limiter.tryAcquire("k");
      }
      assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
      Thread.currentThread().interrupt(); // It does not wait.
      log.close();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(logged.lines(line -> line.contains("closed")))
          .containsExactly("WARN A decision log was closed while 7 lines were waiting {waiting=7}");
      end.countDown();
      await().until(() -> lines.size() == 1);
    }
  }
}
