package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.bench.server.Server;
import java.util.SplittableRandom;

/** Which keys are asked for: a few hot ones get a share of the load, many others the rest. */
final class Mix {
  private final String[] names;
  private final int hot;
  private final double hotShare;

  /**
   * A mix.
   *
   * @param hot how many hot keys
   * @param hotShare their part of the load, 0 to 1
   * @param others how many keys share the rest; 0 only if there is no rest
   */
  Mix(int hot, double hotShare, int others) {
    this.hot = hot;
    this.hotShare = hotShare;
    this.names = new String[hot + others];
    for (int i = 0; i < names.length; i++) {
      names[i] = Server.MARK + (i < hot ? ":hot:" : ":key:") + (10_000_000 + i);
    }
  }

  /** The number of a key. */
  int pick(SplittableRandom random) {
    return hotShare >= 1 || random.nextDouble() < hotShare
        ? random.nextInt(hot)
        : hot + random.nextInt(names.length - hot);
  }

  String name(int key) {
    return names[key];
  }

  boolean isHot(int key) {
    return key < hot;
  }

  /** How many keys there are. */
  int keys() {
    return names.length;
  }
}
