package io.github.ratelimiter.cli.replay;

import io.github.ratelimiter.cli.Numbers;
import io.github.ratelimiter.cli.Text;
import java.util.Optional;

/** Warns if the keys of a replay are probably not what the user meant. */
final class KeyWarning {
  private static final int MIN_REQUESTS = 10;
  private static final double MAX_KEYS_PER_REQUEST = 0.95;

  private KeyWarning() {}

  /** Returns the warning; empty if the keys are plausible. */
  static Optional<String> of(Replay replay) {
    KeyTable keys = replay.keys();
    if (replay.requests() < MIN_REQUESTS) {
      return Optional.empty();
    }
    if (keys.keys() == 1 && keys.complete()) {
      return Optional.of(
          "all "
              + Numbers.number(replay.requests())
              + " requests have the same "
              + replay.keyedBy()
              + ", "
              + Text.clip(keys.anyKey(), 60, "...")
              + ": it may be that of a proxy, or the log may not contain the field");
    }
    if (keys.keys() >= replay.requests() * MAX_KEYS_PER_REQUEST) {
      return Optional.of(
          Numbers.number(keys.keys())
              + " keys by "
              + replay.keyedBy()
              + " in "
              + Numbers.number(replay.requests())
              + " requests: nearly every request has its own key, so limits have almost no effect");
    }
    return Optional.empty();
  }
}
