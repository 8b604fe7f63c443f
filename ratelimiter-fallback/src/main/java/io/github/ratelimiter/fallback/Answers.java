package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.LimitStatus;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.StoreDecision;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/** Decisions in terms of the policy that was asked for, from {@link Source#FALLBACK}. */
final class Answers {
  private final LongSupplier retryAfterMicros;

  Answers(LongSupplier retryAfterMicros) {
    this.retryAfterMicros = retryAfterMicros;
  }

  /** With the numbers of a decision of the state here. */
  static Decision numbers(
      Policy policy, Decision.Outcome outcome, int binding, long retryAfter, Decision state) {
    List<LimitStatus> limits = state.limits();
    long[] remaining = new long[limits.size()];
    long[] resetAfter = new long[limits.size()];
    for (int i = 0; i < remaining.length; i++) {
      remaining[i] = limits.get(i).remaining();
      resetAfter[i] = limits.get(i).resetAfter().toNanos() / 1_000;
    }
    StoreDecision decision =
        StoreDecision.of(policy, outcome, binding, retryAfter, remaining, resetAfter)
            .withSource(Source.FALLBACK);
    return StoreDecision.of(state).grant().map(decision::withGrant).orElse(decision);
  }

  /** Nothing is known of the key, and until the store is tried again nothing will be. */
  Decision unknown(Policy policy, Decision.Outcome outcome, int binding, long retryAfter) {
    int limits = policy.limits().size();
    long[] resetAfter = new long[limits];
    Arrays.fill(resetAfter, retryAfterMicros.getAsLong());
    return StoreDecision.of(policy, outcome, binding, retryAfter, new long[limits], resetAfter)
        .withSource(Source.FALLBACK);
  }

  /** Until the store is tried again. */
  Decision refused(Policy policy) {
    return unknown(policy, Decision.Outcome.REFUSED, 0, retryAfterMicros.getAsLong());
  }

  /** Until the store is tried again, with what is left here. */
  Decision refusedForNow(Policy policy, Decision state) {
    return numbers(policy, Decision.Outcome.REFUSED, 0, retryAfterMicros.getAsLong(), state);
  }

  /** For ever: more than a limit holds. Requires that there is such a limit. */
  Decision impossible(Policy policy, long permits) {
    int binding = 0;
    while (permits <= policy.limits().get(binding).capacity()) {
      binding++;
    }
    return unknown(policy, Decision.Outcome.IMPOSSIBLE, binding, 0);
  }

  /** What the share cannot hold the whole policy may: that is refused for now, not for ever. */
  Decision underPolicy(Policy policy, long permits, Decision decision) {
    int binding = decision.policy().limits().indexOf(decision.limit());
    if (decision.outcome() != Decision.Outcome.IMPOSSIBLE) {
      return numbers(policy, decision.outcome(), binding, decision.retryAfterMicros(), decision);
    }
    return permits > policy.capacity()
        ? impossible(policy, permits)
        : numbers(
            policy, Decision.Outcome.REFUSED, binding, retryAfterMicros.getAsLong(), decision);
  }
}
