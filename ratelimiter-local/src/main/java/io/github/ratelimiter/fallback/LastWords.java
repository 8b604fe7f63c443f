package io.github.ratelimiter.fallback;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.LimitStatus;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.Request;
import io.github.ratelimiter.Source;
import io.github.ratelimiter.engine.KeyState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the store last said of each key, so that a key which is decided here goes on from there.
 *
 * <p>A last word is aged by a state of its policy: fresh when it was said, charged with what was
 * used. Whatever that forgets of when permits were used, it dates them too late rather than too
 * early, so that no more comes back than in the store.
 */
final class LastWords {
  private record Word(Decision decision, long said) {}

  private final Cache<Name, Word> words;

  LastWords(long maximumKeys) {
    words = Caffeine.newBuilder().maximumSize(maximumKeys).executor(Runnable::run).build();
  }

  void heard(Name name, Decision decision, long now) {
    if (decision.source() == Source.STORE) {
      words.put(name, new Word(decision, now));
    }
  }

  void forget(Name name) {
    words.invalidate(name);
  }

  /** What a key should have left by now, under a version of its policy; null if nobody knows. */
  @Nullable List<LimitStatus> of(Name name, Policy policy, long now) {
    Word word = words.getIfPresent(name);
    if (word == null) {
      return null;
    }
    Policy then = word.decision.policy();
    List<Long> used =
        word.decision.limits().stream()
            .map(status -> Math.max(status.limit().capacity() - status.remaining(), 0))
            .toList();
    KeyState state = new KeyState(then);
    state.decide(new Request.Charge(name.key(), then, used), word.said);
    return state.decide(new Request.Peek(name.key(), policy, 1), now).limits();
  }
}
