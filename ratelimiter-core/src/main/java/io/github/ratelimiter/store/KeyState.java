package io.github.ratelimiter.store;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.Algorithm;
import io.github.ratelimiter.algorithm.BucketAlgorithm;
import io.github.ratelimiter.algorithm.BucketState;
import io.github.ratelimiter.algorithm.Domain;
import io.github.ratelimiter.algorithm.LimitState;
import java.util.List;
import java.util.Objects;

/*
 * The state of a key is a set of counters, one for each limit. A counter is identified by its limit:
 * algorithm, rate or period, capacity. So several versions of a policy can be in use at the same time,
 * in any order and for as long as a deployment takes.
 *
 *   query      a version queries the counters of its own limits, and no others
 *   charge     a grant is charged to every counter; a counter of another version is raised at most to
 *              its capacity, and notes when a charge was cut there
 *   return     returned permits go to the counters that took all of the grant
 *   creation   a missing counter starts with the usage that the other counters show
 *   removal    a counter that no version queries is removed when it is full again, or when there are
 *              more than 16 such counters
 *
 * So no version ever sees more permits left than its limits allow for the grants of all versions. The
 * bound and its proof are in the documentation of the guarantees. The scripts on a Redis server decide
 * the same, to the last permit.
 */
/**
 * The usage of one key under all versions of a policy. Not thread-safe.
 *
 * <p>A decision makes its changes in its last step. A refusal changes only one thing: it keeps a
 * counter that a new version needs, because otherwise the rate of that counter would never begin.
 */
public final class KeyState {
  private Policy policy;

  /** The counters of the version that wrote last, in its order; then those of other versions. */
  private LimitState[] counters;

  private long until;
  private long generation;
  private long drainedUntil;

  /**
   * Creates the state of a new key.
   *
   * @param policy the policy
   */
  public KeyState(Policy policy) {
    this.policy = policy;
    this.counters = Counters.fresh(policy);
  }

  /**
   * Creates the state of a key under a policy with a {@link Policy#wordBucket()}.
   *
   * @param policy the policy
   * @param word a result of {@link #word()}
   */
  public KeyState(Policy policy, long word) {
    this.policy = policy;
    this.counters = new LimitState[] {wordBucket(policy).newState(word)};
  }

  /**
   * Creates the state of a key from the numbers that a store kept.
   *
   * @param policy the policy
   * @param counters the counters of its limits, in the order of {@link Policy#counters()}
   * @param until see {@link #until()}
   * @param generation see {@link #generation()}
   * @param drainedUntil see {@link #drainedUntil()}
   */
  public KeyState(
      Policy policy, LimitState[] counters, long until, long generation, long drainedUntil) {
    this.policy = policy;
    this.counters = counters.clone();
    this.until = until;
    this.generation = generation;
    this.drainedUntil = drainedUntil;
  }

  /**
   * Returns whether this state is one word: a single bucket of its version, no grant that can be
   * returned, and no drain.
   *
   * @return true if {@link #word()} contains the whole state
   */
  public boolean isWord() {
    return counters.length == 1
        && generation == 0
        && drainedUntil == 0
        && policy.wordBucket() != null
        && counters[0].cutAt() == 0;
  }

  /**
   * Returns this state as one word. Requires {@link #isWord()}.
   *
   * @return the word
   */
  public long word() {
    return wordBucket(policy).word((BucketState) counters[0]);
  }

  private static BucketAlgorithm wordBucket(Policy policy) {
    return Objects.requireNonNull(policy.wordBucket(), "the policy's state does not fit a word");
  }

  /**
   * Returns the version of the policy that wrote last.
   *
   * @return a version; all versions have the same name
   */
  public Policy policy() {
    return policy;
  }

  /**
   * Returns all counters: those of {@link #policy()} in its order, then those of other versions.
   *
   * @return a new list of the counters themselves, not copies
   */
  public List<LimitState> counters() {
    return List.of(counters);
  }

  /**
   * Returns the latest instant at which a granted permit counts as used.
   *
   * @return microseconds since the Unix epoch; 0 if {@link #generation()} is 0
   */
  public long until() {
    return until;
  }

  /**
   * Returns the generation of the state. All grants that can be returned have the same generation
   * until all permits are available again.
   *
   * @return a random number; 0 if there was no grant that can be returned
   */
  public long generation() {
    return generation;
  }

  /**
   * Returns the instant until which no permits are available, because the key is drained.
   *
   * @return microseconds since the Unix epoch, possibly in the past; 0 if there was no drain
   */
  public long drainedUntil() {
    return drainedUntil;
  }

  /**
   * Returns the time until all permits are available again, as for a new key.
   *
   * @param nowMicros an instant
   * @return microseconds, 0 if all permits are available now
   */
  public long resetAfter(long nowMicros) {
    long now = Domain.instant(nowMicros);
    long longest = Math.max(drainedUntil - now, 0);
    for (LimitState counter : counters) {
      longest = Math.max(longest, counter.resetAfter(now));
    }
    return longest;
  }

  /**
   * Returns how long a store must keep the state. A calendar window that has ended here may end
   * later for a process with different time zone data.
   *
   * @param nowMicros an instant
   * @return microseconds, at least {@link #resetAfter}; 0 if the state may be removed now
   */
  public long keptFor(long nowMicros) {
    long now = Domain.instant(nowMicros);
    return Math.max(Counters.keptFor(counters, now), Math.max(drainedUntil - now, 0));
  }

  /**
   * Decides a request.
   *
   * @param request a request for this state's key, under any version of its policy
   * @param nowMicros the store's time, in microseconds since the Unix epoch
   * @return the decision, with the state after it
   */
  public StoreDecision decide(Request request, long nowMicros) {
    return decide(request, nowMicros, nowMicros);
  }

  /**
   * Decides a request of a caller with another clock. The store's clock decides. The caller's clock
   * only determines the borders of calendar windows.
   *
   * @param request a request for this state's key, under any version of its policy
   * @param nowMicros the store's time, in microseconds since the Unix epoch
   * @param clientMicros the caller's time, in microseconds since the Unix epoch
   * @return the decision, with the state after it
   */
  public StoreDecision decide(Request request, long nowMicros, long clientMicros) {
    long now = Domain.instant(nowMicros);
    if (request instanceof Request.Reset) {
      forget(request.policy());
    }
    Step step = step(request.policy(), now, clientMicros == nowMicros ? now : clientMicros);
    StoreDecision decision = request.accept(step);
    boolean refused = !decision.allowed() && !(request instanceof Request.Peek);
    if (step.hasChanged() || (refused && step.createsUsed())) {
      keep(step, now);
    }
    return decision;
  }

  /**
   * Returns the decision for a request that was carried out and left this state.
   *
   * @param nowMicros the store's time, in microseconds since the Unix epoch
   * @return an allowed decision
   */
  public StoreDecision carriedOut(long nowMicros) {
    return told(nowMicros).state();
  }

  /**
   * Returns the decision on a lease, a reservation or a hold that was refused and left this state.
   *
   * @param request a lease, a reservation or a hold
   * @param end the end that the lease would have had
   * @param nowMicros the store's time, in microseconds since the Unix epoch
   * @return a refused decision
   */
  public StoreDecision notGranted(Request request, long end, long nowMicros) {
    return request instanceof Request.Lease lease
        ? told(nowMicros).refusedLease(lease.min(), end)
        : request.accept(told(nowMicros));
  }

  private Step told(long nowMicros) {
    return new Step(
        policy, counters, Counters.NONE, 0, 0, 0, drainedUntil, Domain.instant(nowMicros));
  }

  private void forget(Policy policy) {
    this.policy = policy;
    counters = Counters.fresh(policy);
    until = 0;
    generation = 0;
    drainedUntil = 0;
  }

  private Step step(Policy asked, long now, long client) {
    List<Algorithm> algorithms =
        client == now ? asked.counters() : VersionCounters.algorithms(asked, client);
    boolean bare = generation == 0 && !Counters.wasCut(counters);
    if (Counters.areOf(counters, asked) && (bare || keptFor(now) > 0)) {
      LimitState[] found = Counters.found(counters, algorithms, now);
      return new Step(asked, found, Counters.NONE, 0, until, generation, drainedUntil, now);
    }
    if (keptFor(now) == 0) {
      // The store would have dropped such a key by now.
      return new Step(
          asked,
          Counters.found(Counters.fresh(asked), algorithms, now),
          Counters.NONE,
          0,
          0,
          0,
          0,
          now);
    }
    VersionCounters version = VersionCounters.of(counters(), algorithms, now, until);
    return new Step(
        asked,
        Counters.found(version.own, algorithms, now),
        version.others,
        version.created,
        until,
        generation,
        drainedUntil,
        now);
  }

  private void keep(Step step, long now) {
    policy = step.policy;
    LimitState[] others = Counters.staying(step.others, now);
    if (others.length == 0 && Counters.keptFor(step.own, now) == 0 && step.drainedUntil <= now) {
      // Stores drop such a key. From here on the clock may go back.
      forget(policy);
      return;
    }
    counters = Counters.joined(step.own, others);
    until = step.until();
    generation = step.generation();
    drainedUntil = step.drainedUntil > now ? step.drainedUntil : 0;
  }
}
