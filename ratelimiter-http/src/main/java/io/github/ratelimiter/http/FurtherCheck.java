package io.github.ratelimiter.http;

import io.github.ratelimiter.JointDecision;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Decides further on a request after all its limits have granted their permits, by what their
 * decision says, for example that a key was new. Implementations must be thread-safe.
 */
@FunctionalInterface
public interface FurtherCheck {
  /**
   * Decides on a request. Must not block. If the request is refused, its permits are returned,
   * unless it has waited for them. If the future fails, the {@link FailureMode} decides.
   *
   * @param granted the decision of the limits of the request; it is allowed
   * @return why the request is refused; empty to allow it
   */
  CompletableFuture<Optional<Refusal>> check(JointDecision granted);

  /**
   * Returns this check followed by another one.
   *
   * @param next the other one; it is called only if this check allows the request
   * @return a check that refuses if one of the two does
   */
  default FurtherCheck then(FurtherCheck next) {
    return granted ->
        check(granted)
            .thenCompose(
                refusal ->
                    refusal.isPresent()
                        ? CompletableFuture.completedFuture(refusal)
                        : next.check(granted));
  }
}
