package io.github.ratelimiter.simulation;

import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreUnavailableException;
import org.jspecify.annotations.Nullable;

/** Whether the server accepts connections: not while the password of instances is wrong. */
final class Door {
  /** How long a client treats a wrong password as an outage. */
  private static final long UNNOTICED = 1_000_000;

  private boolean wrong;
  private long since;

  void close(long now) {
    if (!wrong) {
      wrong = true;
      since = now;
    }
  }

  void open() {
    wrong = false;
  }

  @Nullable StoreException refusal(long now) {
    if (!wrong) {
      return null;
    }
    return now < since + UNNOTICED
        ? new StoreUnavailableException("not connected", false, null)
        : new StoreMisconfiguredException("WRONGPASS", false, null);
  }
}
