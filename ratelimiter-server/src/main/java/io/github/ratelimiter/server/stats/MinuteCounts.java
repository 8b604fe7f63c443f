package io.github.ratelimiter.server.stats;

import io.github.ratelimiter.internal.SpaceSaving;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/*
 * The checks of one minute, in bounded memory.
 *
 * Users     the first MOST_USERS of a minute are counted exactly. The checks of all others are added
 *           up. So a user who has no entry in a minute has at most as many checks in it as all
 *           others together.
 * Top       a Space-Saving sketch each of the users and of the endpoints that are rejected. Which
 *           users come first does not matter to it: whoever has more than 1 / COUNTERS of the
 *           rejections is found.
 * Names     beyond LONGEST_NAME characters are cut off. Such a user counts among the others.
 */
/** Counts the checks of one minute. Not thread-safe. */
final class MinuteCounts {
  static final int MOST_USERS = 1_000;
  static final int COUNTERS = 100;
  static final int LONGEST_NAME = 256;

  /** What one user did. */
  static final class Counts {
    private long allowed;
    private long rejected;

    private void add(Outcome outcome) {
      allowed += outcome == Outcome.ALLOWED ? 1 : 0;
      rejected += outcome == Outcome.REJECTED ? 1 : 0;
    }

    long allowed() {
      return allowed;
    }

    long rejected() {
      return rejected;
    }
  }

  private final long minute;
  private final Map<String, Counts> users = new HashMap<>();
  private final SpaceSaving topUsers = new SpaceSaving(COUNTERS);
  private final SpaceSaving topEndpoints = new SpaceSaving(COUNTERS);
  private final Counts all = new Counts();
  private final Counts others = new Counts();
  private long errors;
  private long dropped;

  /**
   * Creates empty counts.
   *
   * @param minute the number of the minute since 1970
   */
  MinuteCounts(long minute) {
    this.minute = minute;
  }

  void add(CountedCheck check) {
    Outcome outcome = check.outcome();
    all.add(outcome);
    errors += outcome == Outcome.ERROR ? 1 : 0;
    check.user().ifPresent(user -> counts(user).add(outcome));
    if (outcome == Outcome.REJECTED) {
      check.user().ifPresent(user -> topUsers.add(cut(user)));
      topEndpoints.add(cut(check.endpoint()));
    }
  }

  private Counts counts(String user) {
    if (user.length() > LONGEST_NAME) {
      return others;
    }
    Counts counts = users.get(user);
    if (counts == null) {
      if (users.size() == MOST_USERS) {
        return others;
      }
      counts = new Counts();
      users.put(user, counts);
    }
    return counts;
  }

  private static String cut(String name) {
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME - 1) + "…";
  }

  void addDropped(long checks) {
    dropped += checks;
  }

  long minute() {
    return minute;
  }

  Counts all() {
    return all;
  }

  Counts others() {
    return others;
  }

  long errors() {
    return errors;
  }

  long dropped() {
    return dropped;
  }

  Map<String, Counts> users() {
    return users;
  }

  Optional<Counts> of(String user) {
    return Optional.ofNullable((@Nullable Counts) users.get(user));
  }

  SpaceSaving.Counts topUsers() {
    return topUsers.counts();
  }

  SpaceSaving.Counts topEndpoints() {
    return topEndpoints.counts();
  }

  /** What the sketches guarantee needs all of their counters. So a user gets another name in it. */
  void forget(String user, String pseudonym) {
    users.remove(user);
    topUsers.rename(cut(user), pseudonym);
  }
}
