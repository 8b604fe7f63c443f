package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.LimitStatus;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/** Creates decisions with the source {@link Source#FALLBACK}, under the policy of the request. */
final class FallbackDecisions {
  private final LongSupplier retryAfterMicros;

  /**
   * Creates the factory.
   *
   * @param retryAfterMicros returns the time until the store is tried again
   */
  FallbackDecisions(LongSupplier retryAfterMicros) {
    this.retryAfterMicros = retryAfterMicros;
  }

  /** Returns a decision with the numbers of the local state. */
  static Decision withState(
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

  /** Returns a decision without numbers: nothing is known until the store is tried again. */
  Decision withoutState(Policy policy, Decision.Outcome outcome, int binding, long retryAfter) {
    int limits = policy.limits().size();
    long[] resetAfter = new long[limits];
    Arrays.fill(resetAfter, retryAfterMicros.getAsLong());
    return StoreDecision.of(policy, outcome, binding, retryAfter, new long[limits], resetAfter)
        .withSource(Source.FALLBACK);
  }

  /** Returns a refusal until the store is tried again. */
  Decision refused(Policy policy) {
    return withoutState(policy, Decision.Outcome.REFUSED, 0, retryAfterMicros.getAsLong());
  }

  /** Returns a refusal until the store is tried again, with the numbers of the local state. */
  Decision refused(Policy policy, Decision state) {
    return withState(policy, Decision.Outcome.REFUSED, 0, retryAfterMicros.getAsLong(), state);
  }

  /** Returns a permanent refusal by a limit. */
  Decision impossible(Policy policy, int binding) {
    return withoutState(policy, Decision.Outcome.IMPOSSIBLE, binding, 0);
  }

  /**
   * Returns a decision of a share as one of the whole policy. A request for more than the share,
   * but not more than the policy, is refused for now, and not permanently.
   */
  Decision underPolicy(Request request, Decision decision) {
    Policy policy = request.policy();
    int binding = decision.policy().limits().indexOf(decision.limit());
    if (decision.outcome() != Decision.Outcome.IMPOSSIBLE) {
      return withState(policy, decision.outcome(), binding, decision.retryAfterMicros(), decision);
    }
    int impossible = RequestKind.impossibleLimit(request);
    return impossible >= 0
        ? impossible(policy, impossible)
        : withState(
            policy, Decision.Outcome.REFUSED, binding, retryAfterMicros.getAsLong(), decision);
  }
}
