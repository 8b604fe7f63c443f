package io.github.ratelimiter.store;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.internal.Arguments;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** Checks the values of a {@link Request}. A message never contains the key. */
final class RequestChecks {
  private RequestChecks() {}

  static void check(String key, Policy policy) {
    Arguments.checkKey(key);
    Objects.requireNonNull(policy, "policy");
  }

  static void check(String key, Policy policy, long permits) {
    check(key, policy);
    Arguments.checkPermits(permits);
  }

  /** Returns a number of permits that is at least 1. */
  static long atLeastOne(long permits) {
    Arguments.checkPermits(permits);
    return permits;
  }

  static void checkRange(long min, long max) {
    Arguments.checkPermits(min);
    if (max < min) {
      throw new IllegalArgumentException("max is " + max + "; it must be at least min, " + min);
    }
  }

  /** Returns an immutable copy of the permits of each limit. */
  static List<Long> checkedPermits(Policy policy, List<Long> permitsOfLimits) {
    List<Long> copy = List.copyOf(permitsOfLimits);
    int limits = policy.limits().size();
    if (copy.size() != limits) {
      throw new IllegalArgumentException(
          "permits is %s; it must have one number for each limit of policy %s, which has %d"
              .formatted(copy, policy, limits));
    }
    if (Collections.min(copy) < 0) {
      throw new IllegalArgumentException(
          "permits is %s; each number must be 0 or more".formatted(copy));
    }
    return copy;
  }

  static void checkReturned(long permits, Grant grant) {
    Arguments.checkPermits(permits);
    if (permits > Objects.requireNonNull(grant, "grant").permits()) {
      throw new IllegalArgumentException(
          "permits is " + permits + "; " + grant.permits() + " were granted");
    }
  }

  static void checkDuration(String name, long micros) {
    if (micros < 1) {
      throw new IllegalArgumentException(
          name + " is " + micros + " microseconds; it must be at least 1");
    }
  }

  static void checkNotNegative(String name, long number) {
    if (number < 0) {
      throw new IllegalArgumentException(name + " is " + number + "; it must be 0 or more");
    }
  }

  static void checkReservable(Policy policy) {
    if (!policy.reservable()) {
      throw new IllegalArgumentException(
          "policy " + policy + " cannot be reserved ahead; all its limits must be buckets");
    }
  }
}
