package io.github.ratelimiter.redis;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.ratelimiter.servers.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Four instances in JVMs of their own, one Redis, and outages. In a build their heart beats faster,
 * so that nothing takes long; the profile long-outages has it beat as it does in production.
 */
@Isolated("It takes all processors.")
class FleetOutageTest {
  private static final int INSTANCES = 4;
  private static final long LIMIT = 20_000;
  private static final String POLICY = "fixed-window " + LIMIT + "/day";
  private static final Duration BEAT = Duration.ofMillis(Integer.getInteger("outage.beat", 200));
  private static final int RATE = Integer.getInteger("outage.rate", 2_000);
  private static final boolean LONG = Boolean.getBoolean("outage.long");

  /**
   * What instances did not know of each other when the outage began, and calls of which nobody
   * knows whether the store counted them: both are documented.
   */
  private static final long UNKNOWN = LIMIT / 200;

  private final List<Instance> instances = new ArrayList<>();
  private final RedisProcess server = RedisProcess.start();

  @AfterEach
  void close() {
    instances.forEach(Instance::close);
    server.close();
  }

  private void start(int callsPerSecond) {
    for (int i = 0; i < INSTANCES; i++) {
      instances.add(Instance.start(server.uri(), POLICY, BEAT, callsPerSecond));
    }
    for (Instance instance : instances) {
      eventually("it knows the others")
          .atMost(Duration.ofMinutes(2))
          .until(() -> instance.fallback().contains("1 of " + INSTANCES + " instances"));
    }
  }

  private long admitted() {
    return instances.stream().mapToLong(Instance::admitted).sum();
  }

  private static void pass(Duration time) {
    long start = System.nanoTime();
    eventually("time passes").until(() -> System.nanoTime() - start > time.toNanos());
  }

  private void untilNoMoreIsAdmitted() {
    eventually("all are decided by the store")
        .atMost(Duration.ofSeconds(60))
        .until(() -> instances.stream().allMatch(Instance::isDecidedByTheStore));
    long[] last = {-1};
    long[] since = {System.nanoTime()};
    eventually("no more is admitted")
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              long now = admitted();
              if (now != last[0]) {
                last[0] = now;
                since[0] = System.nanoTime();
              }
              LockSupport.parkNanos(10_000_000);
              return System.nanoTime() - since[0] > 1_000_000_000L;
            });
  }

  private void report(String what) {
    System.out.printf(
        "MEASURED %s: admitted %d, %.3f times the limit; without the store %s, openings %s%n",
        what,
        admitted(),
        admitted() / (double) LIMIT,
        instances.stream().map(Instance::admittedHere).toList(),
        instances.stream().map(Instance::openings).toList());
  }

  /**
   * A busy machine can make an outage for one instance only: it has its share, and the others go on
   * with the whole limit.
   */
  private void assertWithinLimit() {
    boolean sameOutage = instances.stream().allMatch(instance -> instance.openings() == 1);
    assertThat(admitted()).isLessThanOrEqualTo(sameOutage ? LIMIT + UNKNOWN : 2 * LIMIT);
  }

  @Test
  void stoppedAndContinued() {
    start(RATE);
    instances.forEach(Instance::go);
    eventually("callers call").until(() -> admitted() > 1_000);
    server.pause();
    pass(LONG ? Duration.ofMillis(5_500) : Duration.ofSeconds(3));
    server.resume();
    untilNoMoreIsAdmitted();
    report("stopped and continued");
    assertWithinLimit();
  }

  @Test
  void killedAndBackEmpty() {
    start(RATE);
    server.kill();
    instances.forEach(Instance::go);
    pass(Duration.ofMillis(1_500));
    server.startAgain();
    untilNoMoreIsAdmitted();
    report("killed and back empty");
    assertWithinLimit();
  }

  @Test
  void oneThatDiesMeanwhileLeavesItsShareToNobody() {
    assumeTrue(LONG, "only in the profile");
    start(RATE);
    server.kill();
    instances.forEach(Instance::go);
    pass(Duration.ofSeconds(1));
    Instance dead = instances.remove(0);
    dead.halt();
    long admittedByTheDead = dead.admitted();
    dead.kill();
    pass(Duration.ofSeconds(9));
    server.startAgain();
    untilNoMoreIsAdmitted();
    report("one of four died during the outage, after " + admittedByTheDead);
    // What it admitted it cannot charge any more: the others are granted it once more.
    assertThat(instances.stream().mapToLong(Instance::admittedHere).sum())
        .isLessThanOrEqualTo(LIMIT * 3 / 4);
    assertWithinLimit();
  }
}
