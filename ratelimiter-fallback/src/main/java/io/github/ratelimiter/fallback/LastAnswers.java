package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.LimitStatus;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.internal.Usage;
import io.github.ratelimiter.local.internal.BoundedMap;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.Request;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * For each key the store's last answer, and how many permits the requests ask for that it has not
 * answered yet: what a key that is decided here begins with.
 *
 * <p>Stores decide and answer the requests for one key in the order in which they were asked. So an
 * answer tells of every request that was asked before it.
 */
final class LastAnswers {
  /**
   * An answer.
   *
   * @param decision what the store decided
   * @param at when it was heard
   * @param number the number of the request among those for its key
   */
  record Answer(Decision decision, long at, long number) {}

  /** What is kept of a key. Thread-safe. */
  static final class Key {
    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong unanswered = new AtomicLong();
    private volatile @Nullable Answer last;

    /** A request is about to be sent. */
    Sent send(long permits) {
      if (permits > 0) {
        unanswered.addAndGet(permits);
      }
      return new Sent(this, asked.incrementAndGet(), permits);
    }

    /** The number of the last request that was sent. */
    long asked() {
      return asked.get();
    }

    /** The permits of all requests that have no answer. To be read before {@link #last()}. */
    long unanswered() {
      return unanswered.get();
    }

    @Nullable Answer last() {
      return last;
    }

    void heard(Decision decision, long now, long number) {
      if (decision.source() == Source.STORE) {
        last = new Answer(decision, now, number);
      }
    }
  }

  /**
   * A request on its way to the store.
   *
   * @param key of which it is
   * @param number its number among the key's requests
   * @param permits what it may be granted at most
   */
  record Sent(Key key, long number, long permits) {
    void answered(Decision decision, long now) {
      // In this order: whoever does not find it among the unanswered finds what it was granted.
      key.heard(decision, now, number);
      over();
    }

    /** It has no answer and will have none. */
    void over() {
      if (permits > 0) {
        key.unanswered.addAndGet(-permits);
      }
    }
  }

  private final BoundedMap<Name, Key> keys;

  LastAnswers(long maximumKeys) {
    keys = new BoundedMap<>(maximumKeys);
  }

  Key of(Name name) {
    return keys.get(name, unknown -> new Key());
  }

  /**
   * What a key should have left by now, under a version of its policy.
   *
   * <p>The answer is aged by a state of its policy: full when it was given, charged with what was
   * used. That forgets when the permits were used, and dates them too late rather than too early,
   * so that no more comes back than in the store.
   */
  static List<LimitStatus> left(Answer answer, String key, Policy policy, long now) {
    Policy then = answer.decision.policy();
    List<LimitStatus> limits = answer.decision.limits();
    List<Long> used = limits.stream().map(Usage::permits).toList();
    KeyState state = new KeyState(then);
    state.decide(new Request.Charge(key, then, used, Usage.aheadMicros(limits)), answer.at);
    return state.decide(new Request.Peek(key, policy, 1), now).limits();
  }
}
