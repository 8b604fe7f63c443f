package io.github.ratelimiter.server.stats;

import io.github.ratelimiter.internal.SpaceSaving;
import java.util.ArrayList;
import java.util.List;

/** A copy of the counts of a minute, as it is stored. Immutable. */
record MinuteRow(
    long minute,
    long allowed,
    long rejected,
    long errors,
    long otherAllowed,
    long otherRejected,
    long dropped,
    List<UserRow> users,
    SpaceSaving.Counts topUsers,
    SpaceSaving.Counts topEndpoints) {
  /** The checks of one user. */
  record UserRow(String user, long allowed, long rejected) {}

  static MinuteRow of(MinuteCounts counts) {
    List<UserRow> users = new ArrayList<>();
    counts
        .users()
        .forEach((user, each) -> users.add(new UserRow(user, each.allowed(), each.rejected())));
    return new MinuteRow(
        counts.minute(),
        counts.all().allowed(),
        counts.all().rejected(),
        counts.errors(),
        counts.others().allowed(),
        counts.others().rejected(),
        counts.dropped(),
        users,
        counts.topUsers(),
        counts.topEndpoints());
  }
}
