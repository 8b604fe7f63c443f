package io.github.ratelimiter.redis.script;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;

/** The state of a key of a {@link JointCall}, as far as the reply tells it. */
sealed interface JointState {
  /**
   * Returns the decision of a part.
   *
   * @param granted whether the permits of all parts were granted
   */
  Decision decide(Request request, boolean granted, long now);

  /** Passes over a part that was not decided. */
  void skip(Request request);

  /** The whole state of a key on the short path. Its decisions are made in their order. */
  record Known(KeyState state) implements JointState {
    @Override
    public Decision decide(Request request, boolean granted, long now) {
      Decision seen = state.decide(peek(request), now);
      return granted || !seen.allowed() ? state.decide(request, now) : seen;
    }

    @Override
    public void skip(Request request) {}
  }

  /** The state of a key on the general path. The reply has what each part needs of it. */
  record Told(ReplyReader reply, long clientMicros, long drainedUntil) implements JointState {
    @Override
    public Decision decide(Request request, boolean granted, long now) {
      KeyState state = told(request);
      // The client's instant, because it determines the borders that were sent.
      Decision seen = state.decide(peek(request), now, clientMicros);
      if (!granted || !seen.allowed()) {
        return seen;
      }
      Request take = new Request.Acquire(request.key(), request.policy(), request.permits());
      Decision taken = state.decide(take, now, clientMicros);
      return request instanceof Request.Hold
          ? StoreDecision.of(taken).withGrant(new Grant(request.permits(), now, now, reply.next()))
          : taken;
    }

    @Override
    public void skip(Request request) {
      if (reply.hasNext()) {
        var unused = told(request);
      }
    }

    private KeyState told(Request request) {
      return PolicyCodec.told(request, reply, drainedUntil);
    }
  }

  private static Request peek(Request request) {
    return new Request.Peek(request.key(), request.policy(), request.permits());
  }
}
