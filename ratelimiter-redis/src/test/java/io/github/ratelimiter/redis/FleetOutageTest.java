package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.redis.servers.Await;
import io.github.ratelimiter.redis.servers.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Four instances in JVMs of their own, one Redis, and outages. */
class FleetOutageTest {
  private static final int INSTANCES = 4;
  private static final long LIMIT = 20_000;
  private static final String POLICY = "fixed-window " + LIMIT + "/day";
  private static final Duration BEAT = Duration.ofMillis(Integer.getInteger("outage.beat", 200));

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
      Await.until(
          "it knows the others",
          () -> instance.fallback().contains("1 of " + INSTANCES + " instances"));
    }
  }

  private long admitted() {
    return instances.stream().mapToLong(Instance::admitted).sum();
  }

  private static void pass(Duration time) {
    long start = System.nanoTime();
    Await.until("time passes", () -> System.nanoTime() - start > time.toNanos());
  }

  private void untilNoMoreIsAdmitted() {
    Await.until(
        "all are decided by the store",
        () -> instances.stream().allMatch(Instance::isDecidedByTheStore));
    long[] last = {-1};
    long[] since = {System.nanoTime()};
    Await.until(
        () -> "no more is admitted",
        Duration.ofSeconds(60),
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
        "MEASURED %s: admitted %d, %.3f times the limit; without the store %s%n",
        what,
        admitted(),
        admitted() / (double) LIMIT,
        instances.stream().map(Instance::admittedHere).toList());
  }

  @Test
  void stoppedAndContinued() {
    start(Integer.getInteger("outage.rate", 2000));
    instances.forEach(Instance::go);
    Await.until("callers call", () -> admitted() > 1_000);
    server.pause();
    pass(BEAT.multipliedBy(11).dividedBy(2));
    server.resume();
    untilNoMoreIsAdmitted();
    report("stopped for 5.5 beats");
    assertThat(admitted()).isLessThanOrEqualTo(LIMIT + LIMIT / 200);
  }

  @Test
  void killedAndBackEmpty() {
    start(Integer.getInteger("outage.rate", 2000));
    server.kill();
    instances.forEach(Instance::go);
    pass(Duration.ofMillis(1_500));
    server.startAgain();
    untilNoMoreIsAdmitted();
    report("killed and back empty");
    assertThat(admitted()).isLessThanOrEqualTo(LIMIT + LIMIT / 200);
  }
}
