package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.store.Request;
import java.util.List;

/**
 * Checks that {@code retryAfter} is exact: one microsecond before it the same call is refused, and
 * exactly at it the call is allowed, if nothing else is taken.
 */
final class RetryAfter {
  private final World world;
  private final Engine engine;

  RetryAfter(World world, Engine engine) {
    this.world = world;
    this.engine = engine;
  }

  /** Checks only the request that was carried out last, because the state is still the same. */
  void check(Executed executed, long now, long skew) {
    if (!(executed.request() instanceof Request.Acquire asked)
        || executed.decision().outcome() != Outcome.REFUSED) {
      return;
    }
    world.counts().add(Kind.RETRY_AFTER_CHECKED);
    long wait = executed.decision().retryAfterMicros();
    Request look = new Request.Peek(asked.key(), asked.policy(), asked.permits());
    Decision then = engine.decide(List.of(look), now + wait, skew).get(0);
    if (!then.allowed()) {
      world.violated(
          "retry-after",
          () -> executed.request() + ": " + executed.decision() + ", and then " + then);
    } else if (wait > 0 && engine.decide(List.of(look), now + wait - 1, skew).get(0).allowed()) {
      world.violated(
          "retry-after",
          () -> executed.request() + ": " + executed.decision() + ", and allowed before");
    }
  }
}
