package io.github.ratelimiter.server.stats;

import java.util.List;

/** Adds up what minutes and instances have counted. Not thread-safe. */
final class Sums {
  private final Top users = new Top();
  private final Top endpoints = new Top();
  private long allowed;
  private long rejected;
  private long errors;
  private long dropped;

  static Sums of(List<MinuteCounts> minutes) {
    Sums sums = new Sums();
    for (MinuteCounts minute : minutes) {
      sums.add(minute.all().allowed(), minute.all().rejected(), minute.errors(), minute.dropped());
      sums.users.add(minute.topUsers());
      sums.endpoints.add(minute.topEndpoints());
    }
    return sums;
  }

  void add(long moreAllowed, long moreRejected, long moreErrors, long moreDropped) {
    allowed += moreAllowed;
    rejected += moreRejected;
    errors += moreErrors;
    dropped += moreDropped;
  }

  /** Adds other sums to these. */
  Sums plus(Sums other) {
    add(other.allowed, other.rejected, other.errors, other.dropped);
    users.add(other.users);
    endpoints.add(other.endpoints);
    return this;
  }

  Top users() {
    return users;
  }

  Top endpoints() {
    return endpoints;
  }

  long allowed() {
    return allowed;
  }

  long rejected() {
    return rejected;
  }

  long errors() {
    return errors;
  }

  long dropped() {
    return dropped;
  }
}
