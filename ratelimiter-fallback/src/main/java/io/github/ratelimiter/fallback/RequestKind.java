package io.github.ratelimiter.fallback;

import io.github.ratelimiter.store.Request;
import java.util.List;

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

  /** Charges permits that were used without a decision. */
  CHARGE,

  /** Makes all permits of a key unavailable for a duration. */
  DRAIN,

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

  /**
   * Returns the permits of each limit that must be available now for a request to be allowed; zeros
   * for a lease.
   */
  static List<Long> permitsNeeded(Request request) {
    if (request instanceof Request.HoldEach each) {
      return each.permitsOfLimits();
    }
    RequestKind kind = of(request);
    long permits = request instanceof Request.Hold hold ? hold.min() : request.permits();
    return Request.ofEachLimit(request.policy(), kind == TAKE || kind == PEEK ? permits : 0);
  }

  /** Returns whether a request takes permits, or peeks at them. */
  static boolean needsPermits(Request request) {
    RequestKind kind = of(request);
    return kind == TAKE || kind == PEEK;
  }

  /**
   * Returns the first limit that is too small for the permits of a request; -1 if there is none.
   */
  static int impossibleLimit(Request request) {
    List<Long> permits = permitsNeeded(request);
    for (int i = 0; i < permits.size(); i++) {
      if (permits.get(i) > request.policy().limits().get(i).capacity()) {
        return i;
      }
    }
    return -1;
  }

  /** Returns the maximum number of permits that the store can grant to a request. */
  static long maximumGrant(Request request) {
    RequestKind kind = of(request);
    long capacity = request.policy().capacity();
    if (kind == CHARGE) {
      return Math.min(request.permits(), capacity);
    }
    if (kind == TAKE) {
      return impossibleLimit(request) >= 0 ? 0 : mostTaken(request);
    }
    return kind == LEASE && request.permits() <= capacity ? request.permits() : 0;
  }

  /** Returns the maximum number of permits that a request takes of one limit, if it is possible. */
  static long mostTaken(Request request) {
    return request instanceof Request.Hold hold
        ? Math.min(hold.max(), hold.policy().capacity())
        : request.permits();
  }

  /**
   * Returns the maximum number of permits that a request takes of each limit, if it is possible.
   */
  static List<Long> mostTakenOfLimits(Request request) {
    return request instanceof Request.Hold
        ? Request.ofEachLimit(request.policy(), mostTaken(request))
        : request.permitsOfLimits();
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
    public RequestKind holdEach(Request.HoldEach request) {
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
    public RequestKind drain(Request.Drain request) {
      return DRAIN;
    }

    @Override
    public RequestKind reset(Request.Reset request) {
      return STORE_ONLY;
    }
  }
}
