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
  /** What the store said, and when. */
  record Word(Decision decision, long said) {}

  private final Cache<Name, Word> words;

  LastWords(long maximumKeys) {
    words = Caffeine.newBuilder().maximumSize(maximumKeys).executor(Runnable::run).build();
  }

  void heard(Name name, Decision decision, long now) {
    if (decision.source() == Source.STORE) {
      words.put(name, new Word(decision, now));
    }
  }

  @Nullable Word find(Name name) {
    return words.getIfPresent(name);
  }

  /** What a key should have left by now, under a version of its policy. */
  static List<LimitStatus> left(Word word, String key, Policy policy, long now) {
    Policy then = word.decision.policy();
    List<Long> used =
        word.decision.limits().stream()
            .map(status -> Math.max(status.limit().capacity() - status.remaining(), 0))
            .toList();
    KeyState state = new KeyState(then);
    state.decide(new Request.Charge(key, then, used), word.said);
    return state.decide(new Request.Peek(key, policy, 1), now).limits();
  }
}
