package io.github.ratelimiter.redis;

import io.github.ratelimiter.TimeSource;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps the most precise measurement of the clock skew of the last ten seconds. */
final class SkewMeter {
  private static final long KEEP_MICROS = 10_000_000;

  private final TimeSource time;
  private volatile @Nullable Sample best;

  private record Sample(long differenceMicros, long boundMicros, long atMicros) {}

  SkewMeter(TimeSource time) {
    this.time = time;
  }

  long nowMicros() {
    return time.nowMicros();
  }

  /**
   * Called for each reply.
   *
   * @param sentMicros when the call was sent, on this process's clock
   * @param serverMicros when it was decided, on the server's clock
   */
  void replied(long sentMicros, long serverMicros) {
    long now = time.nowMicros();
    long bound = (now - sentMicros) / 2 + 1;
    Sample last = best;
    if (last == null || bound <= last.boundMicros || now - last.atMicros > KEEP_MICROS) {
      best = new Sample(serverMicros - sentMicros - (now - sentMicros) / 2, bound, now);
    }
  }

  Optional<ClockSkew> skew() {
    Sample sample = best;
    return sample == null
        ? Optional.empty()
        : Optional.of(
            new ClockSkew(
                Duration.of(sample.differenceMicros, ChronoUnit.MICROS),
                Duration.of(sample.boundMicros, ChronoUnit.MICROS)));
  }
}
