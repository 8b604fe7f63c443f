package io.github.ratelimiter.redis;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.LimitStatus;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.internal.LimitedLog;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Splits the limits of hot policies over several keys, which are on different nodes. The parts add
 * up to the limit, so the sum of their grants never exceeds it. A request begins at a random part
 * and tries the others in turn before it is refused.
 */
final class Shards {
  private static final Logger LOG = LoggerFactory.getLogger(RedisStateStore.class);

  private static final int MOST_POLICIES = 1_000;

  private final int count;
  private final Predicate<? super Policy> hot;
  private final BiFunction<Request, Deadline, CompletionStage<Decision>> store;
  private final IntUnaryOperator begin;
  private final ConcurrentMap<Policy, List<Policy>> parts = new ConcurrentHashMap<>();
  private final LimitedLog notSplit =
      new LimitedLog(LOG, Level.INFO, LimitedLog.Rate.ONE_A_SECOND, TimeSource.system());

  /**
   * Creates shards.
   *
   * @param count how many, at least 2
   * @param hot returns whether a policy is split
   * @param store decides on a part
   */
  Shards(
      int count,
      Predicate<? super Policy> hot,
      BiFunction<Request, Deadline, CompletionStage<Decision>> store) {
    this(count, hot, store, parts -> ThreadLocalRandom.current().nextInt(parts));
  }

  /**
   * Creates shards that begin at a given part. For tests.
   *
   * @param begin from the number of parts to the one to begin at
   */
  Shards(
      int count,
      Predicate<? super Policy> hot,
      BiFunction<Request, Deadline, CompletionStage<Decision>> store,
      IntUnaryOperator begin) {
    this.count = count;
    this.hot = hot;
    this.store = store;
    this.begin = begin;
  }

  /** Returns whether a policy is split: it is selected and can be split. */
  boolean has(Policy policy) {
    return hot.test(policy) && !partsOf(policy).isEmpty();
  }

  CompletionStage<Decision> decide(Request request, Deadline deadline) {
    return request.accept(new Split(partsOf(request.policy()), begin.applyAsInt(count), deadline));
  }

  /**
   * Decides a request for a split policy. A request that takes permits tries one part after
   * another. A request that returns permits of a grant is sent to all parts, and takes effect at
   * the part that granted them.
   */
  private final class Split implements Request.Visitor<CompletionStage<Decision>> {
    private final List<Policy> parts;
    private final int first;
    private final Deadline deadline;

    Split(List<Policy> parts, int first, Deadline deadline) {
      this.parts = parts;
      this.first = first;
      this.deadline = deadline;
    }

    @Override
    public CompletionStage<Decision> acquire(Request.Acquire request) {
      return new Try(request, parts, first, deadline).next();
    }

    @Override
    public CompletionStage<Decision> hold(Request.Hold request) {
      return new Try(request, parts, first, deadline).next();
    }

    @Override
    public CompletionStage<Decision> holdEach(Request.HoldEach request) {
      return new Try(request, parts, first, deadline).next();
    }

    @Override
    public CompletionStage<Decision> lease(Request.Lease request) {
      return new Try(request, parts, first, deadline).next();
    }

    @Override
    public CompletionStage<Decision> reserve(Request.Reserve request) {
      return new Try(request, parts, first, deadline).next();
    }

    @Override
    public CompletionStage<Decision> peek(Request.Peek request) {
      return new Try(request, parts, first, deadline).next();
    }

    @Override
    public CompletionStage<Decision> refund(Request.Refund request) {
      return store
          .apply(request.withPolicy(parts.get(first)), deadline)
          .thenApply(decision -> whole(request.policy(), decision));
    }

    @Override
    public CompletionStage<Decision> returnLease(Request.ReturnLease request) {
      return askAll(request, parts, deadline);
    }

    @Override
    public CompletionStage<Decision> release(Request.Release request) {
      return askAll(request, parts, deadline);
    }

    @Override
    public CompletionStage<Decision> charge(Request.Charge request) {
      List<Policy> turned = new ArrayList<>(parts);
      Collections.rotate(turned, first);
      return new ShardedCharge(request, turned, store).run(deadline);
    }

    @Override
    public CompletionStage<Decision> drain(Request.Drain request) {
      return askAll(request, parts, deadline);
    }

    @Override
    public CompletionStage<Decision> reset(Request.Reset request) {
      return askAll(request, parts, deadline);
    }
  }

  /**
   * Returned permits are sent to all parts. The part that granted them recognizes the generation.
   */
  private CompletionStage<Decision> askAll(Request request, List<Policy> split, Deadline deadline) {
    CompletionStage<Decision> all = store.apply(request.withPolicy(split.get(0)), deadline);
    for (Policy part : split.subList(1, count)) {
      all = all.thenCombine(store.apply(request.withPolicy(part), deadline), (a, b) -> b);
    }
    return all.thenApply(decision -> whole(request.policy(), decision));
  }

  /** One request that tries one part after another. */
  private final class Try {
    private final Request request;
    private final List<Policy> split;
    private final int first;
    private final Deadline deadline;
    private int tries;
    private @Nullable Decision soonest;

    Try(Request request, List<Policy> split, int first, Deadline deadline) {
      this.request = request;
      this.split = split;
      this.first = first;
      this.deadline = deadline;
    }

    CompletionStage<Decision> next() {
      Policy part = split.get((first + tries++) % count);
      return store.apply(request.withPolicy(part), deadline).thenCompose(this::heard);
    }

    private CompletionStage<Decision> heard(Decision decision) {
      if (decision.allowed()) {
        return CompletableFuture.completedFuture(whole(request.policy(), decision));
      }
      Decision best = soonest;
      if (best == null || isSooner(decision, best)) {
        best = decision;
      }
      soonest = best;
      if (tries == count) {
        return CompletableFuture.completedFuture(whole(request.policy(), best));
      }
      if (deadline.hasPassed()) {
        return CompletableFuture.failedFuture(
            new StoreTimeoutException(
                "not all parts of the limit were queried in time; no permits were taken",
                false,
                null));
      }
      return next();
    }
  }

  private static boolean isSooner(Decision decision, Decision than) {
    return decision.outcome() == Outcome.REFUSED
        && (than.outcome() == Outcome.IMPOSSIBLE
            || decision.retryAfterMicros() < than.retryAfterMicros());
  }

  /**
   * Converts the decision of a part to one for the whole policy. The remaining permits of the other
   * parts are assumed to be the same.
   */
  private Decision whole(Policy policy, Decision part) {
    List<LimitStatus> limits = part.limits();
    long[] remaining = new long[limits.size()];
    long[] resetAfter = new long[limits.size()];
    for (int i = 0; i < remaining.length; i++) {
      long capacity = policy.limits().get(i).capacity();
      remaining[i] = Math.min(limits.get(i).remaining() * count, capacity);
      resetAfter[i] = limits.get(i).resetAfter().toNanos() / 1_000;
    }
    int binding = part.policy().limits().indexOf(part.limit());
    long retryAfter = part.outcome() == Outcome.REFUSED ? part.retryAfterMicros() : 0;
    StoreDecision whole =
        StoreDecision.of(policy, part.outcome(), binding, retryAfter, remaining, resetAfter);
    StoreDecision drained = whole.withDrain(StoreDecision.of(part).drainedMicros());
    return StoreDecision.of(part).grant().map(drained::withGrant).orElse(drained);
  }

  /** Returns the parts of a policy; none if it cannot be split and is decided as a whole. */
  private List<Policy> partsOf(Policy policy) {
    List<Policy> known = parts.get(policy);
    if (known == null) {
      try {
        known = split(policy, count);
      } catch (IllegalArgumentException e) {
        notSplit
            .event()
            .addKeyValue("policy", policy.name())
            .addKeyValue("reason", e.getMessage())
            .log("A policy is not split: {}", e.getMessage());
        known = List.of();
      }
      if (parts.size() < MOST_POLICIES) {
        parts.put(policy, known);
      }
    }
    return known;
  }

  /**
   * Returns the parts of a policy. Each has its own name and so its own state.
   *
   * @throws IllegalArgumentException if it cannot be split
   */
  static List<Policy> split(Policy policy, int count) {
    for (Limit limit : policy.limits()) {
      if (limit.permits() < count || limit.capacity() < count) {
        throw new IllegalArgumentException(
            "limit "
                + limit.text()
                + " of policy "
                + policy.name()
                + " cannot be split into "
                + count
                + " parts of at least one permit");
      }
    }
    List<Policy> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parts.add(policy.shard(i, count));
    }
    return parts;
  }

  @Override
  public String toString() {
    return count + " shards";
  }
}
