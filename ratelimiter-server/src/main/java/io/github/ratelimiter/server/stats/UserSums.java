package io.github.ratelimiter.server.stats;

/**
 * The checks of a user. Immutable.
 *
 * @param allowed how many were allowed, at least
 * @param rejected how many were rejected, at least
 * @param error by how many both together may be too low
 */
record UserSums(long allowed, long rejected, long error) {
  static final UserSums NONE = new UserSums(0, 0, 0);

  UserSums plus(UserSums other) {
    return new UserSums(allowed + other.allowed, rejected + other.rejected, error + other.error);
  }

  /** A user without an entry may be one of the others. */
  static UserSums of(MinuteCounts minute, String user) {
    return minute
        .of(user)
        .map(counts -> new UserSums(counts.allowed(), counts.rejected(), 0))
        .orElseGet(
            () -> new UserSums(0, 0, minute.others().allowed() + minute.others().rejected()));
  }
}
