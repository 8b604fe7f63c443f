package io.github.ratelimiter.bench.inprocess;

import io.github.ratelimiter.bench.limiter.KeyedLimiter;
import io.github.ratelimiter.bench.limiter.Quota;
import java.io.PrintStream;
import java.lang.ref.Reference;
import java.util.List;
import java.util.Locale;

/**
 * The heap that a contender uses for each of a million keys, without the strings of the keys: the
 * heap in use after a collection, minus the heap in use before.
 *
 * <pre>{@code
 * java -cp ratelimiter-bench/target/bench.jar \
 *     io.github.ratelimiter.bench.inprocess.HeapPerKey
 * }</pre>
 */
public final class HeapPerKey {
  private static final int KEYS = 1_000_000;
  private static final int COLLECTIONS = 4;

  private HeapPerKey() {}

  /**
   * Prints a line for each contender.
   *
   * @param args names of contenders; all that keep keys if there are none
   */
  public static void main(String[] args) {
    List<LocalContender> contenders =
        args.length == 0
            ? List.of(LocalContender.values())
            : List.of(args).stream().map(LocalContender::valueOf).toList();
    PrintStream out = System.out;
    String[] keys = Keys.of(KEYS);
    for (LocalContender contender : contenders) {
      contender.create(Quota.ALLOWED, "a key, to load classes");
      out.printf(Locale.ROOT, "%-22s %6.1f bytes a key%n", contender, measure(contender, keys));
    }
  }

  private static double measure(LocalContender contender, String... keys) {
    long before = used();
    KeyedLimiter limiter = contender.create(Quota.ALLOWED, keys);
    try {
      return (double) (used() - before) / keys.length;
    } finally {
      Reference.reachabilityFence(limiter);
    }
  }

  private static long used() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
