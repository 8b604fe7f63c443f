package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;

/**
 * A request that the server has carried out.
 *
 * @param order its position among all requests
 * @param at when, in true time
 * @param serverAt when, on the server's clock
 * @param instance the instance that sent it
 * @param request the request
 * @param decision the decision
 */
record Executed(
    long order, long at, long serverAt, Instance instance, Request request, Decision decision) {

  /** Returns the permits that were granted, 0 if none. */
  long granted() {
    if (!decision.allowed()) {
      return 0;
    }
    if (request instanceof Request.Acquire acquire) {
      return acquire.permits();
    }
    return StoreDecision.of(decision).grant().map(Grant::permits).orElse(0L);
  }

  /** Returns the permits that were charged after their use, 0 if none. */
  long charged() {
    return request instanceof Request.Charge charge ? charge.permits() : 0;
  }

  /** Returns the permits that were charged to a limit. Requires a charge. */
  long charged(int limit) {
    return ((Request.Charge) request).permitsOfLimits().get(limit);
  }

  /** Returns the most permits that were returned, 0 if none. */
  long givenBack() {
    if (request instanceof Request.Refund refund) {
      return refund.permits();
    }
    if (request instanceof Request.ReturnLease back) {
      return back.permits();
    }
    return request instanceof Request.Release unused ? unused.permits() : 0;
  }

  /** Returns the time from the decision until the permits count as used. */
  long delay() {
    if (request instanceof Request.Charge charge) {
      return charge.aheadMicros();
    }
    return StoreDecision.of(decision).grant().map(Grant::delayMicros).orElse(0L);
  }
}
