package io.github.ratelimiter.redis.script;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requests on one key that the script has decided on the general path. The reply has the
 * counters that each decision needs.
 */
final class ToldRequests {
  private final ReplyReader reply;
  private final long now;
  private final long clientMicros;
  private long drainedUntil;

  /** The state before the next request, if it can be computed. */
  private @Nullable KeyState state;

  /**
   * Creates requests.
   *
   * @param now the time of the server's clock, in microseconds since the Unix epoch
   * @param clientMicros the client's time that was sent with the call
   * @param drainedUntil the end of the key's drain before the first request, in microseconds since
   *     the Unix epoch
   */
  ToldRequests(ReplyReader reply, long now, long clientMicros, long drainedUntil) {
    this.reply = reply;
    this.now = now;
    this.clientMicros = clientMicros;
    this.drainedUntil = drainedUntil;
  }

  List<Decision> decided(List<Request> requests) {
    List<Decision> decisions = new ArrayList<>(requests.size());
    int granted = 0;
    for (Request request : requests) {
      Decision decision = decided(request);
      granted += decision.allowed() ? 1 : 0;
      decisions.add(decision);
    }
    ScriptCall.check(requests, granted, reply.next());
    return decisions;
  }

  private Decision decided(Request request) {
    if (request instanceof Request.Acquire || request instanceof Request.Peek) {
      KeyState before = state;
      Policy policy = request.policy();
      if (before == null || !policy.equals(before.policy()) || PolicyCodec.logs(policy) > 0) {
        before = told(request);
        state = before;
      }
      return before.decide(request, now, clientMicros);
    }
    state = null;
    if (request instanceof Request.Drain drain) {
      drainedUntil = Math.max(drainedUntil, drain.endMicros(now));
    } else if (request instanceof Request.Reset) {
      drainedUntil = 0;
    }
    KeyState after = told(request);
    if (request instanceof Request.Charge) {
      return StoreDecision.of(after.carriedOut(now)).withUncounted(reply.next());
    }
    return grants(request) ? granted(request, after) : after.carriedOut(now);
  }

  private KeyState told(Request request) {
    return PolicyCodec.told(request, reply, drainedUntil);
  }

  /** Returns whether a request grants permits that can be returned. */
  private static boolean grants(Request request) {
    return request instanceof Request.Hold
        || request instanceof Request.HoldEach
        || request instanceof Request.Lease
        || request instanceof Request.Reserve;
  }

  private Decision granted(Request request, KeyState after) {
    long permits = reply.next();
    long usedAt = reply.next();
    long generation = reply.next();
    return permits > 0
        ? after.carriedOut(now).withGrant(new Grant(permits, now, usedAt, generation))
        : after.notGranted(request, usedAt, now);
  }
}
