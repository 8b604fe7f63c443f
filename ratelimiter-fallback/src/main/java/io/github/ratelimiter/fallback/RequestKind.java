package io.github.ratelimiter.fallback;

import io.github.ratelimiter.store.Request;

/** The kinds of requests that the fallback treats in different ways. */
enum RequestKind {
  /** Takes permits: an acquire, a hold or a reservation. */
  TAKE,

  /** Asks whether permits are available. */
  PEEK,

  /** Returns permits: a refund or a release. */
  RETURN,

  /** Takes permits to spend them later. */
  LEASE,

  /** Returns the rest of a lease. */
  RETURN_LEASE,

  /** Charges permits that were used without asking. */
  CHARGE,

  /** Only the store can do it: a reset. */
  STORE_ONLY;

  private static final Request.Visitor<RequestKind> OF = new OfRequest();

  static RequestKind of(Request request) {
    return request.accept(OF);
  }

  /** Returns whether the fallback can decide a request without the store. */
  static boolean isDecidedHere(Request request) {
    return of(request) != STORE_ONLY;
  }

  /** Returns whether a request takes permits or asks whether permits are available. */
  static boolean wantsPermits(Request request) {
    RequestKind kind = of(request);
    return kind == LEASE || kind == TAKE || kind == PEEK;
  }

  /** Returns the permits that must be available now for a request to be allowed; 0 for a lease. */
  static long permitsNeeded(Request request) {
    RequestKind kind = of(request);
    return kind == TAKE || kind == PEEK ? request.permits() : 0;
  }

  /** Returns the maximum number of permits that the store can grant to a request. */
  static long maximumGrant(Request request) {
    RequestKind kind = of(request);
    long capacity = request.policy().capacity();
    if (kind == CHARGE) {
      return Math.min(request.permits(), capacity);
    }
    long permits = kind == TAKE || kind == LEASE ? request.permits() : 0;
    return permits > capacity ? 0 : permits;
  }

  private static final class OfRequest implements Request.Visitor<RequestKind> {
    @Override
    public RequestKind acquire(Request.Acquire request) {
      return TAKE;
    }

    @Override
    public RequestKind hold(Request.Hold request) {
      return TAKE;
    }

    @Override
    public RequestKind reserve(Request.Reserve request) {
      return TAKE;
    }

    @Override
    public RequestKind peek(Request.Peek request) {
      return PEEK;
    }

    @Override
    public RequestKind refund(Request.Refund request) {
      return RETURN;
    }

    @Override
    public RequestKind release(Request.Release request) {
      return RETURN;
    }

    @Override
    public RequestKind lease(Request.Lease request) {
      return LEASE;
    }

    @Override
    public RequestKind returnLease(Request.ReturnLease request) {
      return RETURN_LEASE;
    }

    @Override
    public RequestKind charge(Request.Charge request) {
      return CHARGE;
    }

    @Override
    public RequestKind reset(Request.Reset request) {
      return STORE_ONLY;
    }
  }
}
