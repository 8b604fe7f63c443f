package io.github.ratelimiter.cli.rules;

/** The counts of a rule, of a key, or of all requests. Not thread-safe. */
final class Tally {
  /** What is counted. */
  enum Count {
    /** Requests that were counted. */
    REQUESTS,

    /** Requests that the rules before refuse. */
    REFUSED_BEFORE,

    /** Requests that the new rules refuse. */
    REFUSED,

    /** Requests that only the new rules refuse. */
    NEWLY_REFUSED,

    /** Requests that only the rules before refuse. */
    NO_LONGER_REFUSED,

    /** Requests that the new rules let wait. */
    DELAYED,

    /** Requests that a new rule would refuse if it were not in shadow. */
    SHADOW_REFUSED,

    /** Bans by the new rules. */
    BANS,

    /** Requests that both refuse, by different rules. */
    OTHER_RULE,

    /** Requests that this key refuses now, and another key refused before. */
    OTHER_KEY_BEFORE,

    /** Requests that this key refused before, and another key refuses now. */
    OTHER_KEY
  }

  private static final long[] NONE = new long[Count.values().length];

  private long requests;

  /** Most keys are never refused, and share the array of zeros. */
  private long[] counts = NONE;

  private long firstNewlyRefused;
  private String newlyRefusedBy = "";
  private String noLongerRefusedBy = "";

  void add(Count count) {
    if (count == Count.REQUESTS) {
      requests++;
      return;
    }
    if (counts == NONE) {
      counts = new long[NONE.length];
    }
    counts[count.ordinal()]++;
  }

  void newlyRefused(String rule, long second) {
    if (get(Count.NEWLY_REFUSED) == 0) {
      firstNewlyRefused = second;
      newlyRefusedBy = rule;
    }
    add(Count.NEWLY_REFUSED);
  }

  void noLongerRefused(String rule) {
    if (get(Count.NO_LONGER_REFUSED) == 0) {
      noLongerRefusedBy = rule;
    }
    add(Count.NO_LONGER_REFUSED);
  }

  long get(Count count) {
    return count == Count.REQUESTS ? requests : counts[count.ordinal()];
  }

  /** Returns the second of the first new refusal. Requires that there is one. */
  long firstNewlyRefused() {
    return firstNewlyRefused;
  }

  /** Returns the first rule that newly refused, or no longer refused; empty if there is none. */
  String firstRule(Count change) {
    return change == Count.NEWLY_REFUSED ? newlyRefusedBy : noLongerRefusedBy;
  }
}
