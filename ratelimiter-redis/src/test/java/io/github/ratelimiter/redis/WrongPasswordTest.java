package io.github.ratelimiter.redis;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.servers.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** A password that changes while two instances run, and is changed back. */
@Isolated("What a busy machine makes slow, a breaker takes for a slow server.")
class WrongPasswordTest {
  private static final long LIMIT = 4_000;
  private static final Policy POLICY = Policy.parse("test", "fixed-window " + LIMIT + "/day");
  private static final long BETWEEN_CALLS_NANOS = 500_000;

  private final RedisProcess server = RedisProcess.start();
  private final List<Instance> instances = new ArrayList<>();

  @AfterEach
  void close() {
    instances.forEach(Instance::close);
    server.close();
  }

  /** A limiter with a caller that calls all the time. */
  private final class Instance implements AutoCloseable {
    private final RedisStateStore store =
        RedisStateStore.builder("redis://app:right@127.0.0.1:" + server.port()).build();
    private final Fallback fallback = Fallback.local(store);
    private final RateLimiter limiter = RateLimiter.of(POLICY, fallback);
    private final AtomicLong admitted = new AtomicLong();
    private final AtomicLong admittedHere = new AtomicLong();
    private final AtomicLong mistakes = new AtomicLong();
    private final AtomicLong answersOfTheStore = new AtomicLong();
    private final Thread caller = new Thread(this::call, "caller");
    private volatile boolean stopped;

    private void call() {
      while (!stopped) {
        try {
          var decision = limiter.tryAcquire("k");
          if (decision.allowed()) {
            admitted.incrementAndGet();
            admittedHere.addAndGet(decision.source() == Source.FALLBACK ? 1 : 0);
          }
          answersOfTheStore.addAndGet(decision.source() == Source.STORE ? 1 : 0);
        } catch (StoreMisconfiguredException e) {
          mistakes.incrementAndGet();
        }
        LockSupport.parkNanos(BETWEEN_CALLS_NANOS);
      }
    }

    @Override
    public void close() {
      stopped = true;
      try {
        caller.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      fallback.close();
      store.close();
    }
  }

  private long sum(java.util.function.Function<Instance, AtomicLong> what) {
    return instances.stream().mapToLong(instance -> what.apply(instance).get()).sum();
  }

  private void password(String password) {
    server.run("ACL", "SETUSER", "app", "on", "resetpass", ">" + password, "~*", "+@all");
  }

  @Test
  void whatWasAdmittedBeforeTheMistakeWasSeenIsChargedWhenItIsMended() {
    password("right");
    for (int i = 0; i < 2; i++) {
      instances.add(new Instance());
    }
    for (Instance instance : instances) {
      eventually("they know of each other")
          .until(() -> instance.fallback.toString().contains("1 of 2 instances"));
      Ask.untilDecides(instance.fallback, "warm");
    }
    instances.forEach(instance -> instance.caller.start());
    eventually("callers call").until(() -> sum(instance -> instance.admitted) > 100);

    password("another");
    server.run("CLIENT", "KILL", "USER", "app");
    eventually("callers see the mistake")
        .until(() -> instances.stream().allMatch(instance -> instance.mistakes.get() > 10));
    assertThat(sum(instance -> instance.admittedHere)).isPositive();

    password("right");
    long before = sum(instance -> instance.answersOfTheStore);
    eventually("all is used, and the store says so to both")
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                sum(instance -> instance.answersOfTheStore) > before + 2 * LIMIT
                    && server.run("EXISTS", "rl{}test:k").equals(1L));
    System.out.printf(
        "MEASURED password changed and restored: admitted %d of %d, without the store %d%n",
        sum(instance -> instance.admitted), LIMIT, sum(instance -> instance.admittedHere));
    // A call that was on its way when the connection was cut may count here and not in the store.
    assertThat(sum(instance -> instance.admitted)).isLessThanOrEqualTo(LIMIT + 2);
    assertThat(Ask.acquire(instances.get(0).store, "k", POLICY).allowed()).isFalse();
  }
}
