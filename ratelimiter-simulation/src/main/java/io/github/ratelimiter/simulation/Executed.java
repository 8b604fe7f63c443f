package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;

/**
 * A request that the server has carried out.
 *
 * @param order its place among all
 * @param at when, in true time
 * @param serverAt when, by the server's clock
 * @param instance who asked
 * @param request what was asked
 * @param decision what was answered
 */
record Executed(
    long order, long at, long serverAt, Instance instance, Request request, Decision decision) {

  /** The permits that were granted, 0 if none. */
  long granted() {
    if (!decision.allowed()) {
      return 0;
    }
    if (request instanceof Request.Acquire acquire) {
      return acquire.permits();
    }
    return StoreDecision.of(decision).grant().map(Grant::permits).orElse(0L);
  }

  /** The permits that were used without asking, 0 if none. */
  long charged() {
    return request instanceof Request.Charge charge ? charge.permits() : 0;
  }

  /** The permits that were given back at most, 0 if none. */
  long givenBack() {
    if (request instanceof Request.Refund refund) {
      return refund.permits();
    }
    if (request instanceof Request.ReturnLease back) {
      return back.permits();
    }
    return request instanceof Request.CancelReservation cancel ? cancel.grant().permits() : 0;
  }

  /** How long after the decision the permits count as used. */
  long delay() {
    if (request instanceof Request.Charge charge) {
      return charge.aheadMicros();
    }
    return StoreDecision.of(decision).grant().map(Grant::delayMicros).orElse(0L);
  }
}
