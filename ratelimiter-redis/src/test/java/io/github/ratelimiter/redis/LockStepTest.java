package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.redis.LockStep.Step;
import io.github.ratelimiter.servers.RedisProcess;
import io.github.ratelimiter.store.Request;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The script beside {@link io.github.ratelimiter.store.KeyState}, step by step: the same requests
 * at the same instants give the same decisions and the same stored words, on a real server.
 *
 * <p>{@code -Dlockstep.steps=100000000} takes more steps than the ordinary build, and {@code
 * -Dlockstep.seed=7} others.
 */
class LockStepTest {
  private static final long STEPS = Long.getLong("lockstep.steps", 1_000_000);
  private static final long SEED = Long.getLong("lockstep.seed", 1);

  private static RedisProcess server;
  private static LockStep lockStep;

  @BeforeAll
  static void start() {
    server = RedisProcess.start();
    lockStep = new LockStep(server);
  }

  @AfterAll
  static void stop() {
    lockStep.close();
    server.close();
  }

  @Test
  void randomRequestsAreDecidedAlike() {
    long steps = 0;
    for (long seed = SEED; steps < STEPS; seed++) {
      RandomSteps random = new RandomSteps(seed);
      List<Step> sequence = random.sequence(250);
      lockStep.run("seed " + seed, sequence, random.expiring());
      steps += sequence.stream().mapToLong(Step::requests).sum();
    }
    lockStep.finish();
    System.out.println("lock-step: " + steps + " requests, " + lockStep.counts());
    System.out.println("lock-step: states by their counters " + lockStep.versions());
    assertThat(lockStep.counts()).allSatisfy((what, count) -> assertThat(count).isPositive());
    assertThat(lockStep.versions()).containsKeys(1, 2, 4, 8, 16);
  }

  /**
   * In the first, a usage that was carried over and rounded up left the integers that a double
   * holds. In the second, a call on a full state asked under another version first, then under its
   * own.
   */
  @ParameterizedTest
  @ValueSource(longs = {1_001_572, 7_018})
  void seedThatOnceDifferedIsDecidedAlike(long seed) {
    try (LockStep once = new LockStep(server)) {
      RandomSteps random = new RandomSteps(seed);
      once.run("seed", random.sequence(250), random.expiring());
      once.finish();
    }
  }

  /**
   * A log of a new version starts as a copy of another log, and a cost takes nothing of it. The
   * other log is charged, and its ring moves when it grows.
   */
  @Test
  void costOfNothingOfALogThatIsNewIsDecidedAlike() {
    Policy before = Policy.parse("p", "sliding-log 50/min; 100/min");
    Policy after = Policy.parse("p", "sliding-log 60/min; 100/min");
    try (LockStep once = new LockStep(server)) {
      for (int more = 0; more < 30; more++) {
        String key = "k" + more;
        List<Step> steps = new ArrayList<>();
        long now = 1_700_000_000_000_000L;
        for (int i = 0; i < 20 + more; i++) {
          now += i < 10 ? 7_000_000 : 500_000;
          steps.add(step(now, new Request.Acquire(key, before, 1)));
        }
        steps.add(step(now + 500_000, new Request.HoldEach(key, after, List.of(0L, 1L))));
        steps.add(step(now + 20_000_000, new Request.Peek(key, after, 50)));
        once.run("more " + more, steps, true);
      }
      once.finish();
    }
  }

  private static Step step(long now, Request request) {
    return Step.of(now, List.of(List.of(request)), true);
  }

  /** Every limit of up to 3 permits and every sequence of a few requests, at every clock. */
  @Test
  void smallDomainIsDecidedAlike() {
    long steps = 0;
    LockStep lockStep = new LockStep(server);
    for (String limit :
        List.of(
            "1/2ms burst 1",
            "1/2ms burst 2",
            "2/3ms burst 2",
            "3/2ms burst 3",
            "leaky-bucket 1/2ms burst 2",
            "leaky-bucket 2/3ms burst 3",
            "fixed-window 2/2ms",
            "fixed-window 2/2ms from first use",
            // Midnight is the first instant of the sequences.
            "fixed-window 2/day in +01:46:40",
            "1/2ms burst 2; fixed-window 3/week from Wednesday in +01:46:40",
            "sliding-log 1/2ms",
            "sliding-log 3/2ms",
            "sliding-window 2/2ms",
            "sliding-window 3/2ms from first use",
            "1/2ms burst 2; fixed-window 2/3ms",
            "sliding-log 2/2ms; sliding-window 2/3ms; sliding-log 2/5ms")) {
      steps += lockStep.runAll(Policy.parse("test", limit), 3);
    }
    lockStep.close();
    System.out.println("lock-step: " + steps + " steps of small domains");
  }
}
