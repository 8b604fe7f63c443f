package io.github.ratelimiter.redis;

import io.github.ratelimiter.store.StoreEvent;
import java.util.Arrays;

/** When the breakers of several instances were open. Thread-safe. */
final class BreakerRecord {
  private final int[] openings;
  private final boolean[] open;
  private int times;

  BreakerRecord(int instances) {
    openings = new int[instances];
    open = new boolean[instances];
  }

  synchronized void heard(int instance, StoreEvent event) {
    if (event instanceof StoreEvent.BreakerOpened) {
      openings[instance]++;
      open[instance] = true;
      if (allOpen()) {
        times++;
      }
    } else if (event instanceof StoreEvent.BreakerClosed) {
      open[instance] = false;
    }
  }

  private boolean allOpen() {
    for (boolean each : open) {
      if (!each) {
        return false;
      }
    }
    return true;
  }

  /** How often a breaker opened. */
  synchronized int openings() {
    return Arrays.stream(openings).sum();
  }

  /** Whether each breaker was open only once, at the same time as all others; or none was. */
  synchronized boolean openedTogether() {
    return Arrays.stream(openings).allMatch(each -> each == times) && times <= 1;
  }

  @Override
  public synchronized String toString() {
    return "breakers opened %s times, %d times all at once"
        .formatted(Arrays.toString(openings), times);
  }
}
