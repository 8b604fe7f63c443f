package io.github.ratelimiter.fallback;

import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreMisconfiguredException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Classifies failures of a store. */
final class Failures {
  private Failures() {}

  /**
   * Returns a failure as an outage.
   *
   * @return null if it is no outage: for example a wrong configuration, or a store that is closed
   */
  static @Nullable StoreException outage(@Nullable Throwable failure) {
    StoreException known = storeException(failure);
    return known instanceof StoreMisconfiguredException ? null : known;
  }

  /**
   * Returns a failure as an exception of the store.
   *
   * @return null if it is another exception, or if there is no failure
   */
  static @Nullable StoreException storeException(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof StoreException known ? known : null;
  }
}
