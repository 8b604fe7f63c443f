package io.github.ratelimiter.redis;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.store.StateStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Callers of several instances, each of which asks for keys of every policy in turn, and what they
 * got: from whom, how long it took, and how much in all. {@code -Dcrowd.keys=20} asks for more
 * keys.
 */
final class Crowd implements AutoCloseable {
  static final int KEYS = Integer.getInteger("crowd.keys", 5);
  private static final long BETWEEN_CALLS_NANOS = 100_000;

  private final Map<String, AtomicLongArray> admitted = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();
  private final AtomicLong slowestNanos = new AtomicLong();
  private final AtomicLong firstFallback = new AtomicLong(Long.MAX_VALUE);
  private final AtomicLong firstStoreAfterHealing = new AtomicLong(Long.MAX_VALUE);
  private final List<Thread> callers = new ArrayList<>();
  private volatile long faultAt = Long.MAX_VALUE;
  private volatile long healedAt = Long.MAX_VALUE;
  private volatile Throwable unexpected;
  private volatile boolean stopped;

  Crowd(List<StateStore> instances, List<Policy> policies, int callersEach) {
    policies.forEach(policy -> admitted.put(policy.name(), new AtomicLongArray(KEYS)));
    for (StateStore instance : instances) {
      List<RateLimiter> limiters =
          policies.stream().map(policy -> RateLimiter.of(policy, instance)).toList();
      for (int i = 0; i < callersEach; i++) {
        int first = i;
        Thread caller = new Thread(() -> call(limiters, policies, first), "caller");
        caller.start();
        callers.add(caller);
      }
    }
  }

  private void call(List<RateLimiter> limiters, List<Policy> policies, int first) {
    try {
      for (int i = first; !stopped; i++) {
        int key = i / limiters.size() % KEYS;
        int policy = i % limiters.size();
        long start = System.nanoTime();
        Decision decision = limiters.get(policy).tryAcquire("k" + key);
        heard(policies.get(policy).name(), key, decision, start);
        LockSupport.parkNanos(BETWEEN_CALLS_NANOS);
      }
    } catch (Throwable e) {
      unexpected = e;
    }
  }

  private void heard(String policy, int key, Decision decision, long start) {
    long now = System.nanoTime();
    slowestNanos.accumulateAndGet(now - start, Math::max);
    if (decision.allowed()) {
      admitted.get(policy).incrementAndGet(key);
    }
    if (decision.source() == Source.FALLBACK) {
      firstFallback.accumulateAndGet(now, Math::min);
    } else if (start >= healedAt) {
      firstStoreAfterHealing.accumulateAndGet(now, Math::min);
    }
    answers
        .computeIfAbsent(
            policy + " " + decision.source() + " " + decision.outcome(), a -> new LongAdder())
        .increment();
  }

  /** Before something goes wrong. */
  void beforeFault() {
    slowestNanos.set(0);
    firstFallback.set(Long.MAX_VALUE);
  }

  /** From now on something is wrong. */
  void fault() {
    faultAt = System.nanoTime();
  }

  /** From now on nothing is wrong any more. */
  void healed() {
    healedAt = System.nanoTime();
  }

  /** Answers that needed no fallback: the store's, or from what it had said or granted before. */
  long answersOfTheStore(String policy) {
    return answers(policy, source -> source != Source.FALLBACK);
  }

  long answersHere(String policy) {
    return answers(policy, source -> source == Source.FALLBACK);
  }

  private long answers(String policy, Predicate<Source> counts) {
    long sum = 0;
    for (Source source : Source.values()) {
      for (Decision.Outcome outcome : Decision.Outcome.values()) {
        sum += counts.test(source) ? answers(policy, source, outcome) : 0;
      }
    }
    return sum;
  }

  long answers(String policy, Source source, Decision.Outcome outcome) {
    LongAdder count = answers.get(policy + " " + source + " " + outcome);
    return count == null ? 0 : count.sum();
  }

  long mostAdmitted(String policy) {
    long most = 0;
    for (int key = 0; key < KEYS; key++) {
      most = Math.max(most, admitted.get(policy).get(key));
    }
    return most;
  }

  Duration slowest() {
    return Duration.ofNanos(slowestNanos.get());
  }

  Duration untilFirstFallback() {
    return Duration.ofNanos(Math.max(firstFallback.get() - faultAt, 0));
  }

  boolean decidesAgain() {
    return firstStoreAfterHealing.get() < Long.MAX_VALUE;
  }

  Duration untilStoreDecides() {
    return Duration.ofNanos(firstStoreAfterHealing.get() - healedAt);
  }

  Throwable unexpected() {
    return unexpected;
  }

  @Override
  public void close() {
    stopped = true;
    for (Thread caller : callers) {
      try {
        caller.join(30_000);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
