package io.github.ratelimiter.micrometer;

import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.StoreUnavailableException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;

/** The values of tags. */
final class Names {
  private Names() {}

  /** Returns the name of a constant, for example {@code cached_refusal}. */
  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  static String error(Throwable failure) {
    if (failure instanceof StoreTimeoutException) {
      return "timeout";
    }
    if (failure instanceof StoreUnavailableException) {
      return "unavailable";
    }
    if (failure instanceof StoreMisconfiguredException) {
      return "misconfigured";
    }
    return failure instanceof CancellationException
        ? "cancelled"
        : failure.getClass().getSimpleName();
  }

  /** Returns the algorithm of a policy, for example {@code token-bucket}. */
  static String algorithm(Policy policy) {
    List<Limit> limits = policy.limits();
    String first = algorithm(limits.get(0));
    for (int i = 1; i < limits.size(); i++) {
      if (!algorithm(limits.get(i)).equals(first)) {
        return "several";
      }
    }
    return first;
  }

  static String algorithm(Limit limit) {
    return limit
        .getClass()
        .getSimpleName()
        .replaceAll("(?<=.)(?=[A-Z])", "-")
        .toLowerCase(Locale.ROOT);
  }
}
