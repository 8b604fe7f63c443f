package io.github.ratelimiter.cache;

import io.github.ratelimiter.store.Request;

/** How the cache treats a kind of request that is not decided yet. */
enum RequestUse {
  /** Is decided on a lease or by a known refusal, if possible. */
  DECIDE,

  /** Is sent to the store. A known refusal of the key is not valid any more. */
  DROP_REFUSAL,

  /** Is sent to the store. A known refusal and the lease of the key are not valid any more. */
  DROP_ALL,

  /** Is sent to the store. A known refusal is not valid any more, and the lease is returned. */
  RETURN_LEASE,

  /** Is sent to the store. */
  FORWARD;

  private static final Request.Visitor<RequestUse> OF = new OfRequest();

  static RequestUse of(Request request) {
    return request.accept(OF);
  }

  private static final class OfRequest implements Request.Visitor<RequestUse> {
    @Override
    public RequestUse acquire(Request.Acquire request) {
      return DECIDE;
    }

    @Override
    public RequestUse hold(Request.Hold request) {
      return FORWARD;
    }

    @Override
    public RequestUse holdEach(Request.HoldEach request) {
      return FORWARD;
    }

    @Override
    public RequestUse lease(Request.Lease request) {
      return FORWARD;
    }

    @Override
    public RequestUse reserve(Request.Reserve request) {
      return FORWARD;
    }

    @Override
    public RequestUse peek(Request.Peek request) {
      return FORWARD;
    }

    @Override
    public RequestUse refund(Request.Refund request) {
      return DROP_REFUSAL;
    }

    @Override
    public RequestUse returnLease(Request.ReturnLease request) {
      return FORWARD;
    }

    @Override
    public RequestUse release(Request.Release request) {
      return DROP_REFUSAL;
    }

    @Override
    public RequestUse charge(Request.Charge request) {
      return FORWARD;
    }

    @Override
    public RequestUse drain(Request.Drain request) {
      return RETURN_LEASE;
    }

    @Override
    public RequestUse reset(Request.Reset request) {
      return DROP_ALL;
    }
  }
}
