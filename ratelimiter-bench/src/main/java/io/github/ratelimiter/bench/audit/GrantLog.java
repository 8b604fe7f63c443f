package io.github.ratelimiter.bench.audit;

/** Receives every granted permit of a phase. */
public interface GrantLog {
  /**
   * Creates a writer for one thread.
   *
   * @param startNanos when the phase began; the times of the permits count from there
   */
  Writer writer(long startNanos);

  /** Writes the permits of one thread. */
  interface Writer {
    /**
     * Adds a permit that was granted between two times.
     *
     * @param byFallback whether a fallback granted it, and not the store or a lease
     */
    void granted(int key, long fromNanos, long toNanos, boolean byFallback);
  }
}
