package io.github.ratelimiter.bench.audit;

/** Granted permits. Their times are in microseconds since a common start. */
public interface Grants {
  /** Calls the reader for each permit. */
  void forEach(Reader reader);

  /** Receives permits. */
  interface Reader {
    /** Called for each permit. It was granted between the two times. */
    void permit(int key, int fromMicros, int toMicros, boolean byFallback);
  }

  /** Returns the permits without those that a fallback granted. */
  default Grants ofStore() {
    return reader ->
        forEach(
            (key, from, to, byFallback) -> {
              if (!byFallback) {
                reader.permit(key, from, to, false);
              }
            });
  }
}
