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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
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

  private static final Outcome[] OUTCOMES = Outcome.values();
  private static final Source[] SOURCES = Source.values();

  private final Registered registered;
  private final Tags tags;

  /** For each outcome and source, null until the first such decision. */
  private final AtomicReferenceArray<@Nullable LongAdder> decisions =
      new AtomicReferenceArray<>(OUTCOMES.length * SOURCES.length);

  private volatile @Nullable LongAdder failedRequests;
  private final LongAdder allowedByStore;
  private final LongAdder nearLimits;
  private final LongAdder spent;
  private final @Nullable HighestUsage usage;

  /** For each limit that has refused, the rejections of each reason. */
  private final ConcurrentMap<Limit, AtomicReferenceArray<@Nullable LongAdder>> rejections =
      new ConcurrentHashMap<>();

  /** The rejections by limits beyond the maximum. */
  private final AtomicReferenceArray<@Nullable LongAdder> otherRejections = ofEachReason();

  private record Timed(String algorithm, Call.Operation operation) {}

  private final ConcurrentMap<Call.Operation, LongAdder> operations = new ConcurrentHashMap<>();
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
    this.allowedByStore = decisions(Outcome.ALLOWED, Source.STORE);
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
    decisions(decision.outcome(), source).increment();
    if (!decision.allowed()) {
      rejections(decision.limit(), Reason.of(decision)).increment();
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

  private LongAdder decisions(Outcome outcome, Source source) {
    int at = outcome.ordinal() * SOURCES.length + source.ordinal();
    LongAdder adder = decisions.get(at);
    return adder != null ? adder : register(at, outcome, source);
  }

  private LongAdder failedRequests() {
    LongAdder adder = failedRequests;
    if (adder == null) {
      synchronized (decisions) {
        adder = failedRequests;
        if (adder == null) {
          adder = requests("failed", "none");
          failedRequests = adder;
        }
      }
    }
    return adder;
  }

  private LongAdder requests(String outcome, String source) {
    return registered.counter(
        "rate.limiter.requests",
        "Requests for permits",
        tags.and("outcome", outcome, "source", source));
  }

  private LongAdder register(int at, Outcome outcome, Source source) {
    synchronized (decisions) {
      LongAdder known = decisions.get(at);
      if (known != null) {
        return known;
      }
      LongAdder added = requests(Names.of(outcome), Names.of(source));
      if (outcome == Outcome.ALLOWED) {
        registered.counter(
            "rate.limiter.requests.allowed",
            "Requests for permits that were allowed",
            tags.and("source", Names.of(source)),
            added);
      }
      decisions.set(at, added);
      return added;
    }
  }

  private LongAdder rejections(Limit limit, Reason reason) {
    LongAdder adder = ofLimit(limit).get(reason.ordinal());
    return adder != null ? adder : register(limit, reason);
  }

  private AtomicReferenceArray<@Nullable LongAdder> ofLimit(Limit limit) {
    return rejections.getOrDefault(limit, otherRejections);
  }

  private static AtomicReferenceArray<@Nullable LongAdder> ofEachReason() {
    return new AtomicReferenceArray<>(Reason.values().length);
  }

  private LongAdder register(Limit limit, Reason reason) {
    synchronized (rejections) {
      if (rejections.size() < MAXIMUM_LIMITS) {
        rejections.computeIfAbsent(limit, added -> ofEachReason());
      }
      AtomicReferenceArray<@Nullable LongAdder> ofLimit = ofLimit(limit);
      String text = ofLimit == otherRejections ? CustomTags.OTHER : limit.text();
      LongAdder known = ofLimit.get(reason.ordinal());
      if (known != null) {
        return known;
      }
      LongAdder added =
          registered.counter(
              "rate.limiter.requests.rejected",
              "Requests for permits that were rejected",
              tags.and("limit", text, "reason", reason.tag()));
      ofLimit.set(reason.ordinal(), added);
      return added;
    }
  }

  /** Counts a call that does not ask for permits. */
  void carriedOut(Call.Operation operation) {
    operations
        .computeIfAbsent(
            operation,
            name ->
                registered.counter(
                    "rate.limiter.operations",
                    "Calls that do not ask for permits",
                    tags.and("operation", Names.of(name))))
        .increment();
  }

  /** Records the time of a call that waited. */
  void ended(Call call, long nanos) {
    timers
        .computeIfAbsent(
            new Timed(Names.algorithm(call.policy()), call.operation()),
            timed ->
                registered.timer(
                    "rate.limiter.check.duration",
                    "Time of calls that wait for I/O or for permits",
                    tags.and("algorithm", timed.algorithm, "operation", Names.of(timed.operation))))
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  void failed(Call call, Throwable failure) {
    if (call.operation().takesPermits()) {
      failedRequests().increment();
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
