package io.github.ratelimiter.bench.inprocess;

import io.github.ratelimiter.bench.limiter.KeyedLimiter;
import io.github.ratelimiter.bench.limiter.Quota;
import java.io.PrintStream;
import java.lang.ref.Reference;
import java.util.List;
import java.util.Locale;

/**
 * Measures the heap that a contender uses per key, with a million keys and without the key strings.
 * It is the difference of the used heap before and after, each after a garbage collection.
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
   * @param args the names of contenders; all contenders if there are none
   */
  public static void main(String[] args) {
    List<LocalContender> contenders =
        args.length == 0
            ? List.of(LocalContender.values())
            : List.of(args).stream().map(LocalContender::valueOf).toList();
    PrintStream out = System.out;
    String[] keys = Keys.of(KEYS);
    for (LocalContender contender : contenders) {
      contender.create(Quota.ALLOWED, "loads classes");
      out.printf(Locale.ROOT, "%-22s %6.1f bytes per key%n", contender, measure(contender, keys));
    }
  }

  private static double measure(LocalContender contender, String... keys) {
    long before = usedHeap();
    KeyedLimiter limiter = contender.create(Quota.ALLOWED, keys);
    try {
      return (double) (usedHeap() - before) / keys.length;
    } finally {
      Reference.reachabilityFence(limiter);
    }
  }

  private static long usedHeap() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
