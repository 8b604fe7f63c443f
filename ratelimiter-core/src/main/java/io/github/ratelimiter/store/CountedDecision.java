package io.github.ratelimiter.store;

import io.github.ratelimiter.Decision.LimitStatus;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.internal.Periods;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A decision with all numbers computed when it was created. */
final class CountedDecision extends StoreDecision {
  final Source source;
  final int binding;
  final @Nullable Grant grant;
  final long uncounted;
  final long drainedMicros;
  private final long remaining;
  private final long retryMicros;
  private final long resetMicros;

  /** For each limit its remaining permits and its reset time; null if there is one limit. */
  private final long @Nullable [] statuses;

  private CountedDecision(
      Policy policy,
      Outcome outcome,
      Source source,
      int binding,
      long remaining,
      long retryMicros,
      long resetMicros,
      long @Nullable [] statuses,
      @Nullable Grant grant,
      long uncounted,
      long drainedMicros) {
    super(policy, outcome);
    this.source = source;
    this.binding = binding;
    this.remaining = remaining;
    this.retryMicros = retryMicros;
    this.resetMicros = resetMicros;
    this.statuses = statuses;
    this.grant = grant;
    this.uncounted = uncounted;
    this.drainedMicros = drainedMicros;
  }

  /** Returns a decision of a store under a policy of one limit. */
  static CountedDecision ofOneLimit(
      Policy policy, Outcome outcome, long remaining, long retryMicros, long resetMicros) {
    return new CountedDecision(
        policy, outcome, Source.STORE, 0, remaining, retryMicros, resetMicros, null, null, 0, 0);
  }

  /** Returns a decision of a store, from the numbers of each limit. */
  static CountedDecision ofLimits(
      Policy policy,
      Outcome outcome,
      int binding,
      long retryMicros,
      long[] remaining,
      long[] resetMicros) {
    int limits = remaining.length;
    long least = remaining[0];
    long longest = resetMicros[0];
    long[] statuses = new long[2 * limits];
    for (int i = 0; i < limits; i++) {
      least = Math.min(least, remaining[i]);
      longest = Math.max(longest, resetMicros[i]);
      statuses[2 * i] = remaining[i];
      statuses[2 * i + 1] = resetMicros[i];
    }
    return new CountedDecision(
        policy,
        outcome,
        Source.STORE,
        binding,
        least,
        retryMicros,
        longest,
        limits == 1 ? null : statuses,
        null,
        0,
        0);
  }

  @Override
  public long remaining() {
    return remaining;
  }

  @Override
  long retryMicros() {
    return retryMicros;
  }

  @Override
  long resetMicros() {
    return resetMicros;
  }

  @Override
  CountedDecision counted() {
    return this;
  }

  @Override
  public Source source() {
    return source;
  }

  @Override
  int binding() {
    return binding;
  }

  StoreDecision with(Source source, @Nullable Grant grant) {
    return new CountedDecision(
        policy(),
        outcome(),
        source,
        binding,
        remaining,
        retryMicros,
        resetMicros,
        statuses,
        grant,
        uncounted,
        drainedMicros);
  }

  StoreDecision without(long uncounted) {
    return new CountedDecision(
        policy(),
        outcome(),
        source,
        binding,
        remaining,
        retryMicros,
        resetMicros,
        statuses,
        grant,
        uncounted,
        drainedMicros);
  }

  StoreDecision plus(long permits) {
    long[] more = statuses == null ? null : statuses.clone();
    for (int i = 0; more != null && i < more.length; i += 2) {
      more[i] += permits;
    }
    return new CountedDecision(
        policy(),
        outcome(),
        source,
        binding,
        remaining + permits,
        retryMicros,
        resetMicros,
        more,
        grant,
        uncounted,
        drainedMicros);
  }

  StoreDecision later(long micros) {
    long[] later = statuses == null ? null : statuses.clone();
    for (int i = 1; later != null && i < later.length; i += 2) {
      later[i] = Math.max(later[i] - micros, 0);
    }
    return new CountedDecision(
        policy(),
        outcome(),
        source,
        binding,
        remaining,
        Math.max(retryMicros - micros, 0),
        Math.max(resetMicros - micros, 0),
        later,
        grant,
        uncounted,
        Math.max(drainedMicros - micros, 0));
  }

  StoreDecision drained(long micros) {
    return new CountedDecision(
        policy(),
        outcome(),
        source,
        binding,
        0,
        retryMicros,
        Math.max(resetMicros, micros),
        statuses == null ? new long[] {remaining, resetMicros} : statuses,
        grant,
        uncounted,
        micros);
  }

  List<LimitStatus> statusOfEach() {
    if (statuses == null) {
      return List.of(new LimitStatus(limit(), remaining, resetAfter()));
    }
    List<LimitStatus> list = new ArrayList<>();
    for (int i = 0; i < statuses.length / 2; i++) {
      list.add(
          new LimitStatus(
              policy().limits().get(i), statuses[2 * i], Periods.ofMicros(statuses[2 * i + 1])));
    }
    return List.copyOf(list);
  }

  boolean same(CountedDecision other) {
    return policy().equals(other.policy())
        && outcome() == other.outcome()
        && source == other.source
        && binding == other.binding
        && retryMicros == other.retryMicros
        && limits().equals(other.limits())
        && Objects.equals(grant, other.grant)
        && uncounted == other.uncounted
        && drainedMicros == other.drainedMicros;
  }
}
