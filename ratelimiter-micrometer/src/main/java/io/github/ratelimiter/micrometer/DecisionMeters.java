package io.github.ratelimiter.micrometer;

import io.github.ratelimiter.Call;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The meters of the decisions under the policies of one name. An allowed decision costs one
 * addition, and one more if the key is near its limit. Thread-safe.
 */
final class DecisionMeters {
  /** A key is near its limit if at most one part in this number is left. */
  private static final int NEAR_PART = 5;

  /** Limits that have refused and are told apart: versions of the policies may be many. */
  private static final int MAXIMUM_LIMITS = 100;

  private final Registered registered;
  private final Tags tags;

  /** For each outcome, the decisions of each source. */
  private final List<Counters<Source>> decisions =
      Stream.of(Outcome.values()).map(this::ofEachSource).toList();

  private final LongAdder allowedByStore;
  private final Counters<String> failedRequests =
      new Counters<>(source -> requests("failed", source));
  private final LongAdder nearLimits;
  private final LongAdder spent;
  private final @Nullable HighestUsage usage;

  /** For each limit that has refused, the rejections of each reason. */
  private final ConcurrentMap<Limit, Counters<Reason>> rejections = new ConcurrentHashMap<>();

  /** The rejections by limits beyond the maximum. */
  private final Counters<Reason> otherRejections = ofEachReason(CustomTags.OTHER);

  private record Timed(String algorithm, Call.Operation operation) {}

  private final Counters<Call.Operation> operations = new Counters<>(this::ofOperation);
  private final ConcurrentMap<String, Counter> errors = new ConcurrentHashMap<>();
  private final ConcurrentMap<Timed, Timer> timers = new ConcurrentHashMap<>();

  /**
   * Creates meters.
   *
   * @param tags the policy's name and custom tags
   * @param usage null if the policy has no gauge of its usage
   */
  DecisionMeters(Registered registered, Tags tags, @Nullable HighestUsage usage) {
    this.registered = registered;
    this.tags = tags;
    this.usage = usage;
    this.allowedByStore = decisions(Outcome.ALLOWED).of(Source.STORE);
    this.nearLimits =
        registered.counter(
            "rate.limiter.requests.near.limit",
            "Allowed requests that left at most 20 % of the limit",
            tags);
    this.spent =
        registered.counter("rate.limiter.lease.spent", "Permits of leases that were spent", tags);
  }

  /**
   * Counts a call for permits. The most frequent result comes first, in little code, so that the
   * JIT need not allocate the decision.
   *
   * @param nearLimit the most permits that are left near the limit; negative if it depends on the
   *     limit that binds
   */
  void decided(long permits, Decision decision, long nearLimit) {
    if (decision.allowed() && decision.source() == Source.STORE) {
      allowedByStore.increment();
      if (decision.remaining() <= nearLimit) {
        nearLimits.increment();
      } else if (nearLimit < 0) {
        countNearLimit(decision);
      }
    } else {
      decidedOtherwise(permits, decision);
    }
    if (usage != null) {
      usage.record(decision);
    }
  }

  private void decidedOtherwise(long permits, Decision decision) {
    Source source = decision.source();
    decisions(decision.outcome()).of(source).increment();
    if (!decision.allowed()) {
      rejections(decision.limit()).of(Reason.of(decision)).increment();
      return;
    }
    countNearLimit(decision);
    if (source == Source.LEASE) {
      spent.add(permits);
    }
  }

  private void countNearLimit(Decision decision) {
    if (decision.remaining() <= nearLimit(decision.limit())) {
      nearLimits.increment();
    }
  }

  private static long nearLimit(Limit limit) {
    return limit.capacity() / NEAR_PART;
  }

  /** Returns the most permits that are left near the limit; -1 if there are several limits. */
  static long nearLimit(Policy policy) {
    return policy.limits().size() == 1 ? nearLimit(policy.limits().get(0)) : -1;
  }

  private Counters<Source> decisions(Outcome outcome) {
    return decisions.get(outcome.ordinal());
  }

  private Counters<Source> ofEachSource(Outcome outcome) {
    return new Counters<>(source -> ofSource(outcome, source));
  }

  private LongAdder ofSource(Outcome outcome, Source source) {
    LongAdder added = requests(Names.of(outcome), Names.of(source));
    if (outcome == Outcome.ALLOWED) {
      registered.counter(
          "rate.limiter.requests.allowed",
          "Requests for permits that were allowed",
          tags.and("source", Names.of(source)),
          added);
    }
    return added;
  }

  private LongAdder requests(String outcome, String source) {
    return registered.counter(
        "rate.limiter.requests",
        "Requests for permits",
        tags.and("outcome", outcome, "source", source));
  }

  private Counters<Reason> rejections(Limit limit) {
    Counters<Reason> known = rejections.get(limit);
    if (known != null) {
      return known;
    }
    return rejections.size() < MAXIMUM_LIMITS ? addRejections(limit) : otherRejections;
  }

  private Counters<Reason> addRejections(Limit limit) {
    synchronized (rejections) {
      if (rejections.size() < MAXIMUM_LIMITS) {
        rejections.computeIfAbsent(limit, added -> ofEachReason(added.text()));
      }
      return rejections.getOrDefault(limit, otherRejections);
    }
  }

  private Counters<Reason> ofEachReason(String limit) {
    return new Counters<>(
        reason ->
            registered.counter(
                "rate.limiter.requests.rejected",
                "Requests for permits that were rejected",
                tags.and("limit", limit, "reason", Names.of(reason))));
  }

  private LongAdder ofOperation(Call.Operation operation) {
    return registered.counter(
        "rate.limiter.operations",
        "Calls that do not ask for permits",
        tags.and("operation", Names.of(operation)));
  }

  /** Counts a call that does not ask for permits. */
  void carriedOut(Call.Operation operation) {
    operations.of(operation).increment();
  }

  /** Records the time of a call that waited. */
  void ended(String algorithm, Call.Operation operation, long nanos) {
    timers
        .computeIfAbsent(
            new Timed(algorithm, operation),
            timed ->
                registered.timer(
                    "rate.limiter.check.duration",
                    "Time of calls that wait for I/O or for permits",
                    tags.and("algorithm", timed.algorithm, "operation", Names.of(timed.operation))))
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  void failed(Call call, Throwable failure) {
    if (call.operation().takesPermits()) {
      failedRequests.of("none").increment();
    }
    errors
        .computeIfAbsent(
            Names.error(failure),
            type ->
                registered.rareCounter(
                    "rate.limiter.errors",
                    "Calls that were not decided",
                    tags.and("error.type", type)))
        .increment();
  }
}
