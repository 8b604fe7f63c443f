package io.github.ratelimiter.bench.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.bench.generator.Generator;
import io.github.ratelimiter.bench.generator.Mix;
import io.github.ratelimiter.bench.generator.Outcome;
import io.github.ratelimiter.bench.generator.Pace;
import io.github.ratelimiter.bench.generator.Phase;
import io.github.ratelimiter.bench.limiter.Answer;
import io.github.ratelimiter.bench.limiter.Quota;
import io.github.ratelimiter.bench.limiter.SharedLimiter;
import io.github.ratelimiter.bench.server.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RedisContenderTest {
  private static Server server;

  @BeforeAll
  static void start() {
    server = Server.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @EnumSource
  void allowsExactlyItsLimit(RedisContender contender) throws InterruptedException {
    try (SharedLimiter<?> limiter = contender.open(server.uri(), Quota.SHARED_TEN)) {
      assertLimit(contender, limiter);
    }
  }

  private static <T> void assertLimit(RedisContender contender, SharedLimiter<T> limiter)
      throws InterruptedException {
    List<String> keys = Server.keys(contender.text().substring(0, 4) + contender.ordinal(), 3);
    limiter.prepare(keys);
    // Loads classes and scripts, which may take longer than the phase.
    limiter.tryAcquire(keys.get(2));
    Phase phase = new Phase(Mix.uniform(keys.subList(0, 1)), 300_000_000, null);
    Generator.run(List.of(limiter), new Pace(Pace.Loop.THREADS, 4, 0), phase);
    Outcome blocking = Outcome.of(phase);
    List<CompletionStage<T>> decisions = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      decisions.add(limiter.tryAcquireAsync(keys.get(1)));
    }
    long allowed =
        decisions.stream()
            .map(stage -> limiter.answer(stage.toCompletableFuture().join()))
            .filter(Answer::isAllowed)
            .count();
    assertThat(blocking.failed()).isZero();
    if (contender.limits()) {
      assertThat(blocking.allowed(false)).isBetween(1L, 10L);
      assertThat(allowed).isEqualTo(10);
    } else {
      assertThat(blocking.refused(false)).isZero();
      assertThat(allowed).isEqualTo(40);
    }
  }
}
