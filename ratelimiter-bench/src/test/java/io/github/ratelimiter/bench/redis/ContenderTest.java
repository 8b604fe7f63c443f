package io.github.ratelimiter.bench.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.bench.server.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContenderTest {
  private static final Quota TEN = new Quota(10, 1);

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
  void allowsWhatItsLimitAllowsAndNotMore(Contender contender) throws InterruptedException {
    List<String> keys = Load.keys(contender.text().substring(0, 4) + contender.ordinal(), 2);
    try (SharedLimiter limiter = contender.open(server.uri(), TEN)) {
      limiter.prepare(keys);
      Outcome blocking = Runner.run(limiter, Load.parse("hot-4"), keys.subList(0, 1), 0.3);
      List<CompletionStage<Boolean>> asked = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        asked.add(limiter.tryAcquireAsync(keys.get(1)));
      }
      long granted = asked.stream().filter(stage -> stage.toCompletableFuture().join()).count();
      assertThat(blocking.failed()).isZero();
      if (contender.limits()) {
        assertThat(blocking.granted()).isBetween(1L, 10L);
        assertThat(granted).isEqualTo(10);
      } else {
        assertThat(blocking.refused()).isZero();
        assertThat(granted).isEqualTo(40);
      }
    }
  }
}
