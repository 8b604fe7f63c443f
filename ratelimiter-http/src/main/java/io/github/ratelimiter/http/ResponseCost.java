package io.github.ratelimiter.http;

import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Decides after a response how many permits the request has used. Implementations must be
 * thread-safe.
 */
@FunctionalInterface
public interface ResponseCost {
  /**
   * Returns the permits that were used.
   *
   * @param reserved the permits that were taken before the request
   * @param response the response; status 500 if the application failed with an exception
   * @return 0 or more; {@code reserved} if nothing changes
   */
  long permits(long reserved, HttpResponse response);

  /**
   * Counts requests only if the response has one of these status codes, for example only failed
   * logins with 401.
   *
   * @param statuses the status codes
   * @return a cost of all permits that were taken, or of none
   */
  static ResponseCost onlyStatus(int... statuses) {
    return ifStatus(setOf(statuses)::contains);
  }

  /**
   * Does not count requests if the response has one of these status codes, for example 304.
   *
   * @param statuses the status codes
   * @return a cost of none of the permits, or of all that were taken
   */
  static ResponseCost exceptStatus(int... statuses) {
    Set<Integer> free = setOf(statuses);
    return ifStatus(status -> !free.contains(status));
  }

  /**
   * Counts requests only if the status code of the response matches.
   *
   * @param counts whether a status code counts, for example {@code status -> status < 500}
   * @return a cost of all permits that were taken, or of none
   */
  static ResponseCost ifStatus(IntPredicate counts) {
    return (reserved, response) -> counts.test(response.status()) ? reserved : 0;
  }

  /**
   * Counts the bytes of the response's body. The permits of the request are an estimate.
   *
   * @return a cost of one permit for each byte
   */
  static ResponseCost bytes() {
    return (reserved, response) -> response.bytes();
  }

  private static Set<Integer> setOf(int... statuses) {
    return IntStream.of(statuses).boxed().collect(Collectors.toUnmodifiableSet());
  }
}
