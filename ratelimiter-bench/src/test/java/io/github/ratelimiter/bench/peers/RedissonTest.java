package io.github.ratelimiter.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.bench.server.Server;
import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.redis.RedisStateStore;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RRateLimiter;
import org.redisson.api.RateType;
import org.redisson.api.RedissonClient;
import org.redisson.api.ratelimiter.RateLimiterArgs;
import org.redisson.client.RedisException;
import org.redisson.config.Config;

/** What the page on coming from other libraries says about Redisson. */
class RedissonTest {
  private static Server server;
  private static RedissonClient redisson;

  @BeforeAll
  static void start() {
    server = Server.start();
    Config config = new Config();
    config
        .useSingleServer()
        .setAddress(server.uri())
        .setTimeout((int) Server.TIMEOUT.toMillis())
        .setConnectionMinimumIdleSize(1)
        .setConnectionPoolSize(2);
    redisson = Redisson.create(config);
  }

  @AfterAll
  static void stop() {
    redisson.shutdown(0, 2, TimeUnit.SECONDS);
    server.close();
  }

  private static RRateLimiter tenPerHour(String name) {
    RRateLimiter limiter = redisson.getRateLimiter(name);
    limiter.trySetRate(RateType.OVERALL, 10, Duration.ofHours(1));
    return limiter;
  }

  private static long records(String name) {
    return redisson.getScoredSortedSet("{" + name + "}:permits").size();
  }

  @Test
  void eachKey() {
    RRateLimiter limiter = redisson.getRateLimiter("user:42");
    limiter.trySetRate(RateType.OVERALL, 10, Duration.ofHours(1));
    boolean allowed = limiter.tryAcquire();

    assertThat(allowed).isTrue();
    assertThat(limiter.remainTimeToLive()).as("no expiry by default").isEqualTo(-1);
  }

  @Test
  void eachKeyWithThisLibrary() {
    String uri = server.uri();

    RedisStateStore store = RedisStateStore.builder(uri).build();
    RateLimiter limiter =
        RateLimiter.builder()
            .policy("api", "sliding-log 10/h")
            .store(store)
            .wrap(Fallback::local)
            .build();
    Decision decision = limiter.tryAcquire("user:42");

    assertThat(decision.allowed()).isTrue();
    limiter.close();
    store.close();
  }

  @Test
  void waiting() {
    RRateLimiter limiter = tenPerHour("waiting");

    boolean allowed = limiter.tryAcquire(1, Duration.ofSeconds(2));

    assertThat(allowed).isTrue();
  }

  @Test
  void aLimiterWithoutARateFails() {
    assertThatExceptionOfType(RedisException.class)
        .isThrownBy(() -> redisson.getRateLimiter("none").tryAcquire())
        .withMessageContaining("RateLimiter is not initialized");
    RRateLimiter limiter = tenPerHour("deleted");
    limiter.delete();
    assertThatExceptionOfType(RedisException.class).isThrownBy(limiter::tryAcquire);
  }

  @Test
  void zeroPermitsAreGrantedAndRecorded() {
    RRateLimiter limiter = tenPerHour("zero");
    limiter.tryAcquire(10);
    assertThat(limiter.tryAcquire(0)).isTrue();
    assertThat(records("zero")).isEqualTo(2);
  }

  @Test
  void moreThanTheRateFails() {
    RRateLimiter limiter = tenPerHour("eleven");
    assertThatExceptionOfType(RedisException.class)
        .isThrownBy(() -> limiter.tryAcquire(11))
        .withMessageContaining("Requested permits amount cannot exceed defined rate");
  }

  @Test
  void trySetRateDoesNotChangeARate() {
    RRateLimiter limiter = tenPerHour("set");
    assertThat(limiter.trySetRate(RateType.OVERALL, 20, Duration.ofHours(1))).isFalse();
    assertThat(limiter.getConfig().getRate()).isEqualTo(10);
  }

  @Test
  void changedLimit() {
    RRateLimiter limiter = tenPerHour("changed");
    limiter.tryAcquire(6);

    RateLimiterArgs raised = RateLimiterArgs.of(RateType.OVERALL, 20, Duration.ofHours(1));
    limiter.setRate(raised.keepState(true));

    assertThat(limiter.availablePermits()).isEqualTo(14);

    limiter.setRate(RateLimiterArgs.of(RateType.OVERALL, 5, Duration.ofHours(1)));
    assertThat(limiter.availablePermits()).as("the state is cleared by default").isEqualTo(5);
  }

  @Test
  void returnedPermits() {
    RRateLimiter limiter = tenPerHour("returned");
    limiter.tryAcquire(6);

    limiter.release(4);

    assertThat(limiter.availablePermits()).isEqualTo(8);
    assertThat(records("returned")).as("the record of the grant stays").isEqualTo(1);
    limiter.setRate(RateLimiterArgs.of(RateType.OVERALL, 10, Duration.ofHours(1)).keepState(true));
    assertThat(limiter.availablePermits()).as("counted from the records").isEqualTo(4);
  }
}
