package io.github.ratelimiter;

import io.github.ratelimiter.algorithm.Algorithm;
import io.github.ratelimiter.algorithm.BucketAlgorithm;
import io.github.ratelimiter.store.Request;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A name and one or more limits. Permits are granted only if every limit grants them. A refused
 * call consumes no permits of any limit. Immutable.
 *
 * <p>Usage is stored under the name. A policy with the same name and other limits is a new version
 * of it, and usage is kept. A limit is identified by its algorithm, rate and capacity, not by its
 * position. Permits that one version grants also count against the limits of the others, so
 * versions may change, alternate and roll back. A new limit starts with the usage of the old limit
 * of the same algorithm and period, or of the same calendar. If there is none, it starts with the
 * largest usage, in permits, of all old limits. Raising 10 to 20 after 10 were used leaves 10.
 */
public final class Policy {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._/-]{1,64}");

  /** Names of policies do not contain this character. */
  private static final char SHARD = '~';

  private static final int MAX_LIMITS = 16;

  private final String name;
  private final List<Limit> limits;
  private final Algorithm[] algorithms;
  private final List<Algorithm> counters;
  private final int[] counterOf;
  private final long[] debts;
  private final @Nullable BucketAlgorithm wordBucket;
  private final boolean reservable;
  private final long capacity;
  private final int nameHash;

  private Policy(String name, List<Limit> limits) {
    this.name = name;
    this.limits = limits;
    this.algorithms = limits.stream().map(Limit::algorithm).toArray(Algorithm[]::new);
    this.counters = List.of(algorithms).stream().distinct().toList();
    this.counterOf = List.of(algorithms).stream().mapToInt(counters::indexOf).toArray();
    this.debts = debts(limits, counterOf, counters.size());
    this.wordBucket =
        algorithms.length == 1
                && algorithms[0] instanceof BucketAlgorithm bucket
                && bucket.hasWord()
            ? bucket
            : null;
    this.reservable = List.of(algorithms).stream().allMatch(Algorithm::reservable);
    this.capacity = limits.stream().mapToLong(Limit::capacity).min().orElseThrow();
    this.nameHash = name.hashCode();
  }

  /** Returns the debt of each counter: the smallest debt of its limits. */
  private static long[] debts(List<Limit> limits, int[] counterOf, int counters) {
    long[] debts = new long[counters];
    Arrays.fill(debts, Long.MAX_VALUE);
    for (int i = 0; i < counterOf.length; i++) {
      debts[counterOf[i]] = Math.min(debts[counterOf[i]], limits.get(i).debt());
    }
    return debts;
  }

  /**
   * Returns a policy.
   *
   * @param name 1 to 64 letters, digits or any of {@code . _ / -}
   * @param limits 1 to 16
   * @return the policy
   * @throws IllegalArgumentException if the name or the number of limits is out of range
   */
  public static Policy of(String name, Limit... limits) {
    return of(name, List.of(limits));
  }

  /**
   * Returns a policy.
   *
   * @param name 1 to 64 letters, digits or any of {@code . _ / -}
   * @param limits 1 to 16
   * @return the policy
   * @throws IllegalArgumentException if the name or the number of limits is out of range
   */
  public static Policy of(String name, List<? extends Limit> limits) {
    if (!NAME.matcher(Objects.requireNonNull(name, "policy name")).matches()) {
      throw new IllegalArgumentException(
          "policy name is '" + name + "'; it must be 1 to 64 letters, digits or any of . _ / -");
    }
    return checked(name, limits);
  }

  private static Policy checked(String name, List<? extends Limit> limits) {
    if (limits.isEmpty() || limits.size() > MAX_LIMITS) {
      throw new IllegalArgumentException(
          "policy '"
              + name
              + "' has "
              + limits.size()
              + " limits; it must have 1 to "
              + MAX_LIMITS);
    }
    return new Policy(name, List.copyOf(limits));
  }

  /**
   * Parses a policy, for example {@code 100/min burst 20} or {@code 10/s; sliding-window 5000/day}.
   *
   * @param name 1 to 64 letters, digits or any of {@code . _ / -}
   * @param text limits separated by {@code ;}
   * @return the policy
   * @throws PolicySyntaxException if the text cannot be parsed; the message gives the position and
   *     what to write instead
   * @throws IllegalArgumentException if the name is out of range
   */
  public static Policy parse(String name, String text) {
    return of(name, PolicyParser.parse(Objects.requireNonNull(text, "policy text")));
  }

  /**
   * Returns the name. Usage is stored under it.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Returns the limits.
   *
   * @return an immutable list, never empty
   */
  public List<Limit> limits() {
    return limits;
  }

  /**
   * Returns the largest number of permits that one call can be granted by all limits together.
   *
   * @return permits, 0 or more
   */
  public long capacity() {
    return capacity;
  }

  /**
   * Returns whether callers can reserve permits and wait for their turn. This is so if all limits
   * are buckets.
   *
   * @return true if the policy supports {@link Request.Reserve}
   */
  public boolean reservable() {
    return reservable;
  }

  /**
   * Returns the compiled form of a limit.
   *
   * @param limit its position
   * @return the algorithm
   */
  public Algorithm algorithm(int limit) {
    return algorithms[limit];
  }

  /**
   * Returns the counters that a store keeps for each key under this policy, one for each limit.
   * Limits with equal algorithms, such as {@code 60/min burst 5} and {@code 1/s burst 5}, share
   * one.
   *
   * @return an immutable list, never empty
   */
  public List<Algorithm> counters() {
    return counters;
  }

  /**
   * Returns the counter of a limit.
   *
   * @param limit its position
   * @return a position in {@link #counters()}
   */
  public int counterOf(int limit) {
    return counterOf[limit];
  }

  /**
   * Returns the permits that may be charged to a counter beyond its capacity.
   *
   * @param counter a position in {@link #counters()}
   * @return the smallest {@link Limit#debt()} of its limits
   */
  public long debtOf(int counter) {
    return debts[counter];
  }

  /**
   * Returns the bucket of this policy if the policy has one limit, a bucket, and the state of the
   * bucket fits one word.
   *
   * @return the bucket, or null if a store must keep more than a word
   */
  public @Nullable BucketAlgorithm wordBucket() {
    return wordBucket;
  }

  /**
   * Returns another version of this policy: the same name with other limits. Unlike {@link
   * #of(String, List)}, it also accepts the name of a {@link #shard}.
   *
   * @param limits 1 to 16
   * @return the version
   * @throws IllegalArgumentException if the number of limits is out of range
   */
  public Policy withLimits(List<? extends Limit> limits) {
    return checked(name, limits);
  }

  /**
   * Returns a part of this policy under the same name. The parts of a limit add up to the limit:
   * each has {@code limit / count} permits, rounded down, and the first {@code limit % count} parts
   * have one more. The burst of a bucket is divided in the same way. So is a debt, as far as a part
   * can count it. A part without permits refuses everything.
   *
   * @param part the index of the part, from 0
   * @param count the number of parts, at least 1
   * @return the part
   * @throws IllegalArgumentException if the part is not below the count, or cannot be counted
   *     exactly; see {@link Limit}
   */
  public Policy part(int part, int count) {
    if (part < 0 || part >= count) {
      throw new IllegalArgumentException(
          "part is " + part + " of " + count + "; it must be at least 0 and less than the count");
    }
    return new Policy(
        name, limits.stream().map(limit -> LimitParts.part(limit, part, count)).toList());
  }

  /**
   * Returns a {@link #part} of this policy under a name that no other policy can have. Its usage is
   * kept separately. For stores that spread a policy over several keys.
   *
   * @param part the index of the part, from 0
   * @param count the number of parts, at least 1
   * @return the part
   * @throws IllegalArgumentException if the part is not below the count, or cannot be counted
   *     exactly; see {@link Limit}
   */
  public Policy shard(int part, int count) {
    return new Policy(name + SHARD + part, part(part, count).limits());
  }

  /**
   * Returns the text form of this policy, which {@link #parse(String, String)} accepts.
   *
   * @return for example {@code 10/s; sliding-window 5000/day}
   */
  public String text() {
    return PolicyText.of(limits);
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o == this
        || (o instanceof Policy other && name.equals(other.name) && limits.equals(other.limits));
  }

  /** Returns the hash of the name, which is the same for all versions of a policy. */
  @Override
  public int hashCode() {
    return nameHash;
  }

  @Override
  public String toString() {
    return name + " (" + text() + ")";
  }
}
