package io.github.ratelimiter.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.SimpleBucketListener;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.TokensInheritanceStrategy;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.github.ratelimiter.bench.server.Server;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the page on coming from other libraries says about Bucket4j. */
class Bucket4jTest {
  private static final class Clock implements TimeMeter {
    long nanos;

    @Override
    public long currentTimeNanos() {
      return nanos;
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }
  }

  private final Clock clock = new Clock();

  private Bucket tenPerSecond() {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(10).refillGreedy(10, Duration.ofSeconds(1)))
        .withCustomTimePrecision(clock)
        .build();
  }

  private static Bucket newBucket() {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(20).refillGreedy(10, Duration.ofHours(1)))
        .build();
  }

  @Test
  void oneThing() throws InterruptedException {
    Bucket bucket =
        Bucket.builder()
            .addLimit(limit -> limit.capacity(20).refillGreedy(10, Duration.ofSeconds(1)))
            .build();
    boolean allowed = bucket.tryConsume(1);

    boolean afterWaiting = bucket.asBlocking().tryConsume(1, Duration.ofSeconds(2));

    assertThat(allowed).isTrue();
    assertThat(afterWaiting).isTrue();
  }

  @Test
  void eachKey() {
    String user = "user:42";
    Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    boolean allowed = buckets.computeIfAbsent(user, key -> newBucket()).tryConsume(1);
    assertThat(allowed).isTrue();
  }

  @Test
  void whenToRetry() {
    Bucket bucket = tenPerSecond();
    bucket.tryConsume(8);

    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(5);
    Duration retryAfter = Duration.ofNanos(probe.getNanosToWaitForRefill());

    assertThat(probe.isConsumed()).isFalse();
    assertThat(probe.getRemainingTokens()).isEqualTo(2);
    assertThat(retryAfter).isEqualTo(Duration.ofMillis(300));
  }

  @Test
  void severalLimits() {
    Bucket bucket =
        Bucket.builder()
            .addLimit(limit -> limit.capacity(10).refillGreedy(10, Duration.ofSeconds(1)))
            .addLimit(limit -> limit.capacity(5000).refillIntervally(5000, Duration.ofDays(1)))
            .build();

    assertThat(bucket.tryConsume(11)).isFalse();
    assertThat(bucket.tryConsume(10)).isTrue();
  }

  @Test
  void returnedPermits() {
    Bucket bucket = tenPerSecond();
    bucket.tryConsume(5);

    bucket.addTokens(3);

    assertThat(bucket.getAvailableTokens()).isEqualTo(8);
    bucket.addTokens(100);
    assertThat(bucket.getAvailableTokens()).isEqualTo(10);
    bucket.forceAddTokens(7);
    assertThat(bucket.getAvailableTokens()).isEqualTo(17);
  }

  @Test
  void listener() {
    Bucket bucket = tenPerSecond();

    SimpleBucketListener listener = new SimpleBucketListener();
    Bucket counted = bucket.toListenable(listener);
    counted.tryConsume(11);
    long rejected = listener.getRejected();

    assertThat(rejected).isEqualTo(11);
  }

  @Test
  void zeroTokensAreAnException() {
    assertThatIllegalArgumentException().isThrownBy(() -> tenPerSecond().tryConsume(0));
  }

  @Test
  void moreThanTheCapacityIsRefusedAndBorrowedByCallsThatWait() throws InterruptedException {
    Bucket bucket = tenPerSecond();
    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(11);
    assertThat(probe.isConsumed()).isFalse();
    assertThat(probe.getNanosToWaitForRefill()).isEqualTo(Long.MAX_VALUE);

    List<Duration> waits = new ArrayList<>();
    bucket
        .asBlocking()
        .tryConsume(11, Duration.ofSeconds(1), nanos -> waits.add(Duration.ofNanos(nanos)));
    assertThat(waits).containsExactly(Duration.ofMillis(100));
    assertThat(bucket.getAvailableTokens()).isEqualTo(-1);
  }

  @Test
  void takesWhatIsThere() {
    Bucket bucket = tenPerSecond();
    bucket.tryConsume(4);
    long taken = bucket.tryConsumeAsMuchAsPossible(500);
    assertThat(taken).isEqualTo(6);
  }

  @Test
  void overdraft() {
    Bucket bucket = tenPerSecond();
    long nanosUntilPaid = bucket.consumeIgnoringRateLimits(15);
    assertThat(nanosUntilPaid).isEqualTo(Duration.ofMillis(500).toNanos());
    assertThat(bucket.getAvailableTokens()).isEqualTo(-5);
  }

  @Test
  void refillsContinuouslyOrInSteps() {
    Bucket greedy = tenPerSecond();
    Bucket intervally =
        Bucket.builder()
            .addLimit(limit -> limit.capacity(10).refillIntervally(10, Duration.ofSeconds(1)))
            .withCustomTimePrecision(clock)
            .build();
    greedy.tryConsume(10);
    intervally.tryConsume(10);

    clock.nanos += 99_999_999;
    assertThat(greedy.getAvailableTokens()).isZero();
    clock.nanos += 1;
    assertThat(greedy.getAvailableTokens()).isEqualTo(1);

    clock.nanos += 899_999_999;
    assertThat(intervally.getAvailableTokens()).isZero();
    clock.nanos += 1;
    assertThat(intervally.getAvailableTokens()).isEqualTo(10);
  }

  @ParameterizedTest
  @CsvSource({
    "AS_IS, 4, 4",
    "ADDITIVE, 14, 5",
    "PROPORTIONALLY, 8, 2",
    "RESET, 20, 5",
  })
  void changedLimit(TokensInheritanceStrategy strategy, long raised, long lowered) {
    Bucket bucket =
        Bucket.builder()
            .addLimit(limit -> limit.capacity(10).refillGreedy(10, Duration.ofHours(1)))
            .withCustomTimePrecision(clock)
            .build();
    bucket.tryConsume(6);

    bucket.replaceConfiguration(perHour(20), strategy);
    assertThat(bucket.getAvailableTokens()).isEqualTo(raised);

    bucket.replaceConfiguration(perHour(5), strategy);
    assertThat(bucket.getAvailableTokens()).isEqualTo(lowered);
  }

  @Test
  void changedLimitAsOnThePage() {
    Bucket bucket = newBucket();

    BucketConfiguration raised =
        BucketConfiguration.builder()
            .addLimit(limit -> limit.capacity(20).refillGreedy(20, Duration.ofHours(1)))
            .build();
    bucket.replaceConfiguration(raised, TokensInheritanceStrategy.ADDITIVE);

    assertThat(bucket.getAvailableTokens()).isEqualTo(20);
  }

  private static BucketConfiguration perHour(long limit) {
    return BucketConfiguration.builder()
        .addLimit(bandwidth -> bandwidth.capacity(limit).refillGreedy(limit, Duration.ofHours(1)))
        .build();
  }

  @Test
  void onRedis() {
    try (Server server = Server.start()) {
      RedisClient client = RedisClient.create(server.uri());
      BucketConfiguration configuration = perHour(10);

      StatefulRedisConnection<String, byte[]> connection =
          client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
      ProxyManager<String> buckets =
          Bucket4jLettuce.casBasedBuilder(connection)
              .expirationAfterWrite(
                  ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(
                      Duration.ofSeconds(10)))
              .build();
      boolean allowed = buckets.builder().build("user:42", () -> configuration).tryConsume(1);

      assertThat(allowed).isTrue();
      assertThat(connection.sync().ttl("user:42")).isPositive();

      ProxyManager<String> withoutExpiry = Bucket4jLettuce.casBasedBuilder(connection).build();
      withoutExpiry.builder().build("user:7", () -> configuration).tryConsume(1);
      assertThat(connection.sync().ttl("user:7")).as("no expiry by default").isEqualTo(-1);

      assertThat(withoutExpiry.builder().build("user:7", () -> perHour(20)).getAvailableTokens())
          .as("another configuration is not used for a stored bucket")
          .isEqualTo(9);
      client.shutdown();
    }
  }
}
