package io.github.ratelimiter.rules.match;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value that is computed at the first use. Not thread-safe. */
final class Lazy<T> {
  private final Supplier<T> supplier;
  private @Nullable T value;

  Lazy(Supplier<T> supplier) {
    this.supplier = supplier;
  }

  T get() {
    T known = value;
    if (known == null) {
      known = supplier.get();
      value = known;
    }
    return known;
  }
}
