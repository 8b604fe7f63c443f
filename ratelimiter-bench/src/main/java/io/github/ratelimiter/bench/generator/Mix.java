package io.github.ratelimiter.bench.generator;

import io.github.ratelimiter.bench.server.Server;
import java.util.List;
import java.util.SplittableRandom;

/** Chooses keys at random. The hot keys get a share of the requests, the other keys the rest. */
public final class Mix {
  private final String[] names;
  private final int hot;
  private final double hotShare;

  private Mix(String[] names, int hot, double hotShare) {
    this.names = names;
    this.hot = hot;
    this.hotShare = hotShare;
  }

  /**
   * Returns a mix of hot and other keys.
   *
   * @param hot the number of hot keys, at least 1
   * @param hotShare the share of requests for hot keys, 0 to 1
   * @param others the number of other keys; 0 only with a share of 1
   */
  public static Mix of(int hot, double hotShare, int others) {
    String[] names = new String[hot + others];
    for (int i = 0; i < names.length; i++) {
      names[i] = Server.KEY_MARK + (i < hot ? ":hot:" : ":key:") + (10_000_000 + i);
    }
    return new Mix(names, hot, hotShare);
  }

  /** Returns a mix in which all keys have the same probability. */
  public static Mix uniform(List<String> keys) {
    return new Mix(keys.toArray(new String[0]), keys.size(), 1);
  }

  /** Returns the index of a random key. */
  int pick(SplittableRandom random) {
    return hotShare >= 1 || random.nextDouble() < hotShare
        ? random.nextInt(hot)
        : hot + random.nextInt(names.length - hot);
  }

  /** Returns the key with an index. */
  public String name(int key) {
    return names[key];
  }

  boolean isHot(int key) {
    return key < hot;
  }

  /** Returns the number of keys. */
  public int keys() {
    return names.length;
  }
}
