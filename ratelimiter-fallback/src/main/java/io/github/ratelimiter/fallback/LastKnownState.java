package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.LimitStatus;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.internal.Usage;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The last known state of one key in the store: the store's last answer, and the permits of the
 * requests that are not answered yet. A key that is decided here starts with it. Thread-safe.
 *
 * <p>A store decides the requests for one key in the order in which they were sent, and answers
 * them in this order. So an answer includes the effect of every request that was sent before it.
 */
final class LastKnownState {
  /**
   * An answer of the store.
   *
   * @param decision what the store decided
   * @param atMicros when it was received
   * @param number the number of its request
   */
  record Answer(Decision decision, long atMicros, long number) {}

  /**
   * A request that was sent to the store.
   *
   * @param state the state of its key
   * @param number its number among the requests of the key
   * @param permits the maximum number of permits that it can be granted
   */
  record InFlight(LastKnownState state, long number, long permits) {
    /** The store has answered. */
    void answered(Decision decision, long nowMicros) {
      // In this order: a thread that no longer counts the permits as unanswered sees the answer.
      state.answered(decision, nowMicros, number);
      ended();
    }

    /** The request has failed, or was not sent. */
    void ended() {
      if (permits > 0) {
        state.unanswered.addAndGet(-permits);
      }
    }
  }

  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong unanswered = new AtomicLong();
  private volatile @Nullable Answer answer;

  /** Registers a request that is about to be sent. */
  InFlight send(long permits) {
    if (permits > 0) {
      unanswered.addAndGet(permits);
    }
    return new InFlight(this, requests.incrementAndGet(), permits);
  }

  private void answered(Decision decision, long nowMicros, long number) {
    if (decision.source() == Source.STORE) {
      answer = new Answer(decision, nowMicros, number);
    }
  }

  /** Returns the number of the last request that was sent. */
  long lastNumber() {
    return requests.get();
  }

  /**
   * Returns the permits that the store may grant to unanswered requests. Must be read before {@link
   * #answer()}.
   */
  long unanswered() {
    return unanswered.get();
  }

  /** Returns the last answer; null if there is none. */
  @Nullable Answer answer() {
    return answer;
  }

  /** Returns how long the key is still drained, as far as the last answer says. */
  long drainedMicros(long nowMicros) {
    Answer last = answer;
    return last == null
        ? 0
        : Math.max(last.atMicros + StoreDecision.of(last.decision).drainedMicros() - nowMicros, 0);
  }

  /**
   * Estimates the status of a key now, from an answer.
   *
   * <p>The estimate is that of a state which was full at the time of the answer, and then charged
   * with what was used. It assumes that the permits were used at that time, which is later than
   * they really were. So no more is available again than in the store.
   *
   * @param policy a version of the policy
   */
  static List<LimitStatus> estimate(Answer answer, String key, Policy policy, long nowMicros) {
    Policy then = answer.decision.policy();
    List<LimitStatus> limits = answer.decision.limits();
    List<Long> used = limits.stream().map(Usage::permits).toList();
    KeyState state = new KeyState(then);
    state.decide(new Request.Charge(key, then, used, Usage.aheadMicros(limits)), answer.atMicros);
    return state.decide(new Request.Peek(key, policy, 1), nowMicros).limits();
  }
}
