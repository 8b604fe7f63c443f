package io.github.ratelimiter.examples;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.DecisionListener;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.observe.BackgroundListener;
import io.github.ratelimiter.observe.DecisionLog;
import io.github.ratelimiter.observe.KeyHash;
import io.github.ratelimiter.observe.TopLimitedKeys;
import io.github.ratelimiter.observe.TopLimitedKeys.LimitedKey;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class ObservingTest {
  @TempDir private Path directory;

  private final ManualTimeSource clock = ManualTimeSource.create();
  private final RateLimiter limiter =
      RateLimiter.builder()
          .policy("api", "3/min")
          .store(LocalStateStore.builder().timeSource(clock).build())
          .timeSource(clock)
          .build();

  private void call(int times) {
    for (int i = 0; i < times; i++) {
      limiter.tryAcquire("user:42");
    }
  }

  @Test
  void howDoIWriteEachDecisionToAFile() throws Exception {
    Path path = directory.resolve("decisions.log");
    byte[] secret = "from a source of secrets".getBytes(StandardCharsets.UTF_8);
    Writer file = Files.newBufferedWriter(path, CREATE, APPEND);
    DecisionLog log = DecisionLog.to(file).keys(KeyHash.withSecret(secret)).build();
    limiter.addObserver(log);
    call(4);
    limiter.removeObserver(log);
    log.close();
    file.close();
    List<String> lines = Files.readAllLines(path);
    assertThat(lines).hasSize(4);
    // But for the time, the page shows the last line.
    String shown = Pages.at("docs/operations/logs.md").blocks("json").get(0).text().strip();
    assertThat(withoutTime(lines.get(3))).isEqualTo(withoutTime(shown));
  }

  private static String withoutTime(String line) {
    return line.replaceFirst("\"timestamp\":\"[^\"]*\"", "");
  }

  @Test
  void howDoIWriteRefusalsToMyLogs() {
    Logger decisions = LoggerFactory.getLogger("decisions");
    limiter.addObserver(DecisionLog.to(decisions::info).refusedOnly().build());
    call(4);
    assertThat(limiter.peek("user:42").allowed()).isFalse();
  }

  @Test
  void whatIfAListenerBlocks() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch notified = new CountDownLatch(4);
    DecisionListener slow =
        event -> {
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          notified.countDown();
        };
    limiter.addObserver(BackgroundListener.of(slow));
    call(4);
    end.countDown();
    assertThat(notified.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whoIsLimitedMost() {
    TopLimitedKeys top = TopLimitedKeys.create();
    limiter.addObserver(top);
    call(123);
    limiter.tryAcquire("user:7", 3);
    limiter.tryAcquire("user:7");
    List<LimitedKey> worst = top.lastMinute("api", 10);
    assertThat(worst)
        .containsExactly(new LimitedKey("user:42", 120, 0), new LimitedKey("user:7", 1, 0));
  }
}
