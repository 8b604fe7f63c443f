package io.github.ratelimiter.engine;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Grant;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.Request;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The oracle: one key under one policy, decided from the definitions of its limits. */
final class ExactKey {
  /** What a decision must say. */
  record Answer(
      Outcome outcome,
      Limit binding,
      long retryAfter,
      List<Long> remaining,
      List<Long> resetAfter,
      @Nullable Span grant) {

    static Answer of(Decision decision) {
      boolean possible = decision.outcome() != Outcome.IMPOSSIBLE;
      return new Answer(
          decision.outcome(),
          decision.limit(),
          possible ? decision.retryAfterMicros() : 0,
          decision.limits().stream().map(status -> status.remaining()).toList(),
          decision.limits().stream().map(s -> s.resetAfter().toNanos() / 1_000).toList(),
          decision.grant().map(Span::of).orElse(null));
    }
  }

  /** A grant without its mark. */
  record Span(long permits, long at, long usedAt) {
    static Span of(Grant grant) {
      return new Span(grant.permits(), grant.atMicros(), grant.usedAtMicros());
    }
  }

  private final Policy policy;
  private final List<ExactLimit> limits = new ArrayList<>();

  /** What the first bucket lacked after a grant, at the grant's instant. */
  private final Map<Grant, BigInteger> marks = new HashMap<>();

  private boolean silent;

  ExactKey(Policy policy) {
    this.policy = policy;
    reset();
  }

  List<ExactLimit> limits() {
    return limits;
  }

  /** Keeps what the grant just given left behind, to know whether another came after it. */
  void remember(Grant grant) {
    ExactBucket bucket = firstBucket();
    if (bucket != null) {
      marks.put(grant, bucket.debt(grant.atMicros()));
    }
  }

  private void reset() {
    limits.clear();
    policy.limits().forEach(limit -> limits.add(ExactLimit.of(limit)));
  }

  /** Decides, and does not spend time on what the decision must say. */
  void apply(Request request, long now) {
    silent = true;
    decide(request, now);
    silent = false;
  }

  Answer decide(Request request, long now) {
    if (request instanceof Request.Acquire acquire) {
      long permits = acquire.permits();
      return fits(now, permits) ? granted(now, permits, now) : refused(now, permits);
    }
    if (request instanceof Request.Peek peek) {
      return fits(now, peek.permits()) ? allowed(now, null) : refused(now, peek.permits());
    }
    if (request instanceof Request.Lease lease) {
      return lease(now, lease);
    }
    if (request instanceof Request.Book book) {
      return book(now, book);
    }
    if (request instanceof Request.Refund refund) {
      return giveBack(now, refund.permits());
    }
    if (request instanceof Request.GiveBack back) {
      boolean accepted =
          now < back.grant().usedAtMicros() && (firstBucket() == null || isLast(back.grant()));
      if (accepted) {
        limits.forEach(
            limit -> limit.giveBackLeased(now, back.permits(), back.grant().usedAtMicros()));
      }
      return allowed(now, null);
    }
    if (request instanceof Request.Cancel cancel) {
      return isLast(cancel.grant()) ? giveBack(now, cancel.grant().permits()) : allowed(now, null);
    }
    if (request instanceof Request.Charge charge) {
      for (int i = 0; i < limits.size(); i++) {
        long permits = Math.min(charge.permits().get(i), limits.get(i).available(now));
        if (permits > 0) {
          limits.get(i).take(now, permits, now);
        } else {
          limits.get(i).giveBack(now, 0);
        }
      }
      return allowed(now, null);
    }
    reset();
    return allowed(now, null);
  }

  private boolean fits(long now, long permits) {
    return limits.stream().allMatch(limit -> limit.available(now) >= permits);
  }

  private Answer lease(long now, Request.Lease lease) {
    long end = now + Math.min(lease.micros(), 1L << 50);
    for (ExactLimit limit : limits) {
      end = Math.min(end, limit.leaseEnd(now, end));
    }
    long usedAt = end;
    long permits =
        Math.min(
            lease.max(), limits.stream().mapToLong(l -> l.available(now, usedAt)).min().orElse(0));
    if (permits >= lease.min()) {
      return granted(now, permits, usedAt);
    }
    for (int i = 0; i < limits.size(); i++) {
      ExactLimit unused = ExactLimit.of(policy.limits().get(i));
      if (unused.available(now, usedAt) < lease.min()) {
        return answer(Outcome.IMPOSSIBLE, i, 0, now, null);
      }
    }
    return refused(now, lease.min());
  }

  private Answer book(long now, Request.Book book) {
    long permits = book.permits();
    if (limits.stream().anyMatch(limit -> limit.capacity() < permits)) {
      return refused(now, permits);
    }
    List<ExactBucket> buckets = limits.stream().map(ExactBucket.class::cast).toList();
    long longest =
        Math.min(
            book.maxWaitMicros(),
            buckets.stream().mapToLong(ExactBucket::longestWait).min().orElseThrow());
    int binding = 0;
    long heldUp = 0;
    for (ExactBucket bucket : buckets) {
      long held =
          ExactLimit.earliest(
              wait ->
                  turn(bucket, now + wait, permits) <= longest
                      && (!bucket.spaced() || bucket.available(now + wait) >= permits));
      if (held > heldUp) {
        heldUp = held;
        binding = buckets.indexOf(bucket);
      }
    }
    if (heldUp > 0) {
      return answer(Outcome.REFUSED, binding, heldUp, now, null);
    }
    long wait = buckets.stream().mapToLong(bucket -> turn(bucket, now, permits)).max().orElse(0);
    return granted(now, permits, now + wait, true);
  }

  private static long turn(ExactBucket bucket, long now, long permits) {
    return bucket.spaced() ? bucket.resetAfter(now) : bucket.retryAfter(now, permits);
  }

  private @Nullable ExactBucket firstBucket() {
    for (ExactLimit limit : limits) {
      if (limit instanceof ExactBucket bucket) {
        return bucket;
      }
    }
    return null;
  }

  private boolean isLast(Grant grant) {
    ExactBucket bucket = firstBucket();
    return bucket != null && bucket.debt(grant.atMicros()).equals(marks.get(grant));
  }

  private Answer giveBack(long now, long permits) {
    limits.forEach(limit -> limit.giveBack(now, permits));
    return allowed(now, null);
  }

  private Answer granted(long now, long permits, long usedAt) {
    return granted(now, permits, usedAt, usedAt > now);
  }

  private Answer granted(long now, long permits, long usedAt, boolean ahead) {
    limits.forEach(limit -> limit.take(now, permits, usedAt));
    return allowed(now, ahead ? new Span(permits, now, usedAt) : null);
  }

  private Answer allowed(long now, @Nullable Span grant) {
    return answer(Outcome.ALLOWED, indexOf(limit -> -limit.available(now)), 0, now, grant);
  }

  private Answer refused(long now, long permits) {
    if (silent) {
      return answer(Outcome.REFUSED, 0, 0, now, null);
    }
    for (int i = 0; i < limits.size(); i++) {
      if (limits.get(i).capacity() < permits) {
        return answer(Outcome.IMPOSSIBLE, i, 0, now, null);
      }
    }
    int binding = indexOf(limit -> limit.retryAfter(now, permits));
    return answer(
        Outcome.REFUSED, binding, limits.get(binding).retryAfter(now, permits), now, null);
  }

  /** The first of the limits with the largest number. */
  private int indexOf(ToLongFunction<ExactLimit> number) {
    long[] numbers = limits.stream().mapToLong(number).toArray();
    int best = 0;
    for (int i = 1; i < numbers.length; i++) {
      best = numbers[i] > numbers[best] ? i : best;
    }
    return best;
  }

  private Answer answer(Outcome outcome, int binding, long retry, long now, @Nullable Span grant) {
    return new Answer(
        outcome,
        policy.limits().get(binding),
        retry,
        silent ? List.of() : limits.stream().map(limit -> limit.available(now)).toList(),
        silent ? List.of() : limits.stream().map(limit -> limit.resetAfter(now)).toList(),
        grant);
  }
}
