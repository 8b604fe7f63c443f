package io.github.ratelimiter.server.check;

import io.github.ratelimiter.server.users.Users;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What is around each check: before it, what the rules need to know of its user is found out; after
 * it, a listener is notified. Thread-safe.
 *
 * @param users what the rules need to know of users
 * @param listener is notified of checks
 */
public record CheckSurroundings(Users users, CheckListener listener) {
  private static final CompletableFuture<Void> KNOWN = CompletableFuture.completedFuture(null);

  /** Finds out what the rules need to know of a user. It always completes, and soon. */
  CompletableFuture<Void> prepare(CheckedRequest request) {
    return request.userId().map(users::prepare).orElse(KNOWN);
  }

  /**
   * Makes a check.
   *
   * @param request what is checked
   * @param decision makes the decision
   * @param result returns what the listener is told
   */
  <T> T check(CheckedRequest request, Supplier<T> decision, Function<T, CheckResult> result) {
    prepare(request).join();
    T decided;
    try {
      decided = decision.get();
    } catch (RuntimeException e) {
      listener.failed(request);
      throw e;
    }
    listener.checked(request, result.apply(decided));
    return decided;
  }
}
