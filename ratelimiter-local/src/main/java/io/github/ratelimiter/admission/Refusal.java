package io.github.ratelimiter.admission;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Source;

/**
 * What the store refused, and will refuse until an instant: this many permits and more, under this
 * version of the policy.
 */
record Refusal(Decision refused, long permits, long asked, long until) {
  boolean covers(long permits, long now) {
    return now < until && permits >= this.permits && permits <= capacity();
  }

  /** A call for more than this is refused for ever, and the store says so. */
  private long capacity() {
    return refused.policy().limits().stream().mapToLong(Limit::capacity).min().orElse(0);
  }

  /** The store's answer, with the time that has passed since it was asked taken off. */
  Decision at(long now) {
    return refused.after(Math.max(now - asked, 0)).withSource(Source.CACHED_REFUSAL);
  }
}
