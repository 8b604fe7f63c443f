package io.github.ratelimiter.store;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.Algorithm;
import io.github.ratelimiter.algorithm.BucketAlgorithm;
import io.github.ratelimiter.algorithm.BucketState;
import io.github.ratelimiter.algorithm.Domain;
import io.github.ratelimiter.algorithm.LimitState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/*
 * The state of a key is a set of counters, one for each limit, known by the limit itself: algorithm,
 * rate or period, capacity. Several versions of a policy can so be in use at the same time, in any
 * order and for as long as a deployment takes.
 *
 *   asking     a version asks the counters of its own limits, and no others
 *   charging   what it grants is charged to every counter; one of another version is raised at most
 *              to its capacity, and notes when a charge was cut there
 *   returning  what a grant gives back goes to the counters that took all of it
 *   creating   a counter that is missing starts from what the others know was used
 *   leaving    a counter that no version asks for leaves when it is full again, or when more than 16
 *              such counters are held
 *
 * So no version ever sees more permits left than its limits allow for what all versions granted; the
 * bound and its proof are in the documentation of the guarantees. The scripts on a Redis server do the
 * same, to the last permit.
 */
/**
 * What one key has used under all versions of a policy. Not safe for use by several threads at
 * once.
 *
 * <p>Everything that a decision changes is changed in its last step, so that a refusal changes
 * nothing but one thing: a counter that a new version needs is kept, or its rate would never begin.
 */
public final class KeyState {
  /** The most counters of other versions. */
  static final int MOST_OTHERS = 16;

  private static final LimitState[] NONE = {};

  private Policy policy;

  /** Those of the version that wrote last, in its order; then those of other versions. */
  private LimitState[] counters;

  private long until;
  private long generation;

  /**
   * The state of a new key.
   *
   * @param policy the policy
   */
  public KeyState(Policy policy) {
    this.policy = policy;
    this.counters = fresh(policy);
  }

  /**
   * The state of a key under a policy with a {@link Policy#wordBucket()}.
   *
   * @param policy the policy
   * @param word what {@link #word()} gave
   */
  public KeyState(Policy policy, long word) {
    this.policy = policy;
    this.counters = new LimitState[] {wordBucket(policy).newState(word)};
  }

  /**
   * The state of a key, from what a store kept of it.
   *
   * @param policy the policy
   * @param counters those of its limits, as {@link Policy#counters()} has them
   * @param until see {@link #until()}
   * @param generation see {@link #generation()}
   */
  public KeyState(Policy policy, LimitState[] counters, long until, long generation) {
    this.policy = policy;
    this.counters = counters.clone();
    this.until = until;
    this.generation = generation;
  }

  /**
   * Whether this state is one word: a single bucket of its version, and nothing granted ahead.
   *
   * @return true if {@link #word()} has all of it
   */
  public boolean isWord() {
    return counters.length == 1
        && generation == 0
        && policy.wordBucket() != null
        && counters[0].cutAt() == 0;
  }

  /**
   * This state as one word. Requires {@link #isWord()}.
   *
   * @return the word
   */
  public long word() {
    return wordBucket(policy).word((BucketState) counters[0]);
  }

  private static BucketAlgorithm wordBucket(Policy policy) {
    return Objects.requireNonNull(policy.wordBucket(), "policy's state does not fit a word");
  }

  private static LimitState[] fresh(Policy policy) {
    List<Algorithm> counters = policy.counters();
    LimitState[] states = new LimitState[counters.size()];
    for (int i = 0; i < states.length; i++) {
      states[i] = counters.get(i).newState();
    }
    return states;
  }

  /**
   * The version of the policy that wrote last.
   *
   * @return a version; all have the same name
   */
  public Policy policy() {
    return policy;
  }

  /**
   * All counters: those of {@link #policy()} in its order, then those of other versions.
   *
   * @return a new list of the counters themselves, not copies
   */
  public List<LimitState> counters() {
    return List.of(counters);
  }

  /**
   * The latest instant at which a permit counts as used that was granted ahead.
   *
   * @return microseconds since the Unix epoch; 0 where {@link #generation()} is 0
   */
  public long until() {
    return until;
  }

  /**
   * What grants ahead of use have in common since nothing was granted ahead.
   *
   * @return a random number; 0 if nothing is granted ahead
   */
  public long generation() {
    return generation;
  }

  /**
   * How long until all permits are available again, as for a new key.
   *
   * @param nowMicros an instant
   * @return microseconds, 0 if it may be forgotten now
   */
  public long resetAfter(long nowMicros) {
    return longest(counters, Domain.instant(nowMicros));
  }

  private static long longest(LimitState[] states, long now) {
    long longest = 0;
    for (LimitState state : states) {
      longest = Math.max(longest, state.resetAfter(now));
    }
    return longest;
  }

  /**
   * Decides a request.
   *
   * @param request of this state's key, under any version of its policy
   * @param nowMicros the store's time, in microseconds since the Unix epoch
   * @return the decision, with the state after it
   */
  public StoreDecision decide(Request request, long nowMicros) {
    long now = Domain.instant(nowMicros);
    if (request instanceof Request.Reset) {
      forget(request.policy());
    }
    Step step = step(request.policy(), now);
    StoreDecision decision = request.accept(step);
    boolean refused = !decision.allowed() && !(request instanceof Request.Peek);
    if (step.hasChanged() || (refused && step.createsUsed())) {
      keep(step, now);
    }
    return decision;
  }

  /**
   * What a request is told that was carried out, and left this state.
   *
   * @param nowMicros the store's time, in microseconds since the Unix epoch
   * @return a decision that allows
   */
  public StoreDecision carriedOut(long nowMicros) {
    return told(nowMicros).state();
  }

  /**
   * What a lease or a reservation is told that was not granted, and left this state.
   *
   * @param request the lease or the reservation
   * @param end where the lease would have ended
   * @param nowMicros the store's time, in microseconds since the Unix epoch
   * @return a decision that refuses
   */
  public StoreDecision notGranted(Request request, long end, long nowMicros) {
    return request instanceof Request.Lease lease
        ? told(nowMicros).refusedLease(lease.min(), end)
        : request.accept(told(nowMicros));
  }

  private Step told(long nowMicros) {
    return new Step(policy, counters, NONE, 0, 0, 0, Domain.instant(nowMicros));
  }

  private void forget(Policy policy) {
    this.policy = policy;
    counters = fresh(policy);
    until = 0;
    generation = 0;
  }

  // --- versions --------------------------------------------------------------------------------

  private Step step(Policy asked, long now) {
    boolean bare = generation == 0 && !wasCut();
    if (areOf(asked) && (bare || resetAfter(now) > 0)) {
      return new Step(asked, counters, NONE, 0, until, generation, now);
    }
    if (resetAfter(now) == 0) {
      // As for a key that its store has dropped by now.
      return new Step(asked, fresh(asked), NONE, 0, 0, 0, now);
    }
    List<LimitState> all = counters();
    List<LimitState> others = new ArrayList<>(all);
    LimitState[] own = new LimitState[asked.counters().size()];
    long created = 0;
    for (int i = 0; i < own.length; i++) {
      Algorithm wanted = asked.counters().get(i);
      LimitState counter = take(others, wanted);
      if (counter == null) {
        counter = wanted.startedFrom(all, now, Math.max(now, until));
        counter.cutAt(Step.noteNow(now, until));
        created |= 1L << i;
      } else if (counter.algorithm().period() != wanted.period()) {
        counter = rewritten(counter, wanted);
      }
      own[i] = counter;
    }
    return new Step(asked, own, others.toArray(NONE), created, until, generation, now);
  }

  private boolean wasCut() {
    for (LimitState counter : counters) {
      if (counter.cutAt() > 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether the counters are those of a version, as it writes them, and no others. */
  private boolean areOf(Policy asked) {
    List<Algorithm> wanted = asked.counters();
    if (counters.length != wanted.size()) {
      return false;
    }
    boolean same = true;
    for (int i = 0; same && i < counters.length; i++) {
      Algorithm algorithm = counters[i].algorithm();
      same =
          algorithm == wanted.get(i)
              || (algorithm.equals(wanted.get(i)) && algorithm.period() == wanted.get(i).period());
    }
    return same;
  }

  private static @Nullable LimitState take(List<LimitState> counters, Algorithm wanted) {
    for (int i = 0; i < counters.size(); i++) {
      if (counters.get(i).algorithm().equals(wanted)) {
        return counters.remove(i);
      }
    }
    return null;
  }

  /** The same counter under a rate that is written in another way. */
  private static LimitState rewritten(LimitState counter, Algorithm algorithm) {
    LimitState copy = algorithm.newState(counter.words());
    copy.cutAt(counter.cutAt());
    return copy;
  }

  private void keep(Step step, long now) {
    policy = step.policy();
    LimitState[] own = step.own();
    LimitState[] others = step.others().length == 0 ? NONE : staying(step.others(), now);
    if (others.length == 0 && longest(own, now) == 0) {
      // As the stores do it, which drop such a key: from here on the clock may go back.
      forget(policy);
      return;
    }
    counters = own;
    if (others.length > 0) {
      counters = Arrays.copyOf(own, own.length + others.length);
      System.arraycopy(others, 0, counters, own.length, others.length);
    }
    boolean ended = step.until() < now;
    until = ended ? 0 : step.until();
    generation = ended ? 0 : step.generation();
  }

  /** Those that are not full again; of too many, those that are so last. */
  private static LimitState[] staying(LimitState[] others, long now) {
    List<LimitState> staying = new ArrayList<>();
    for (LimitState other : others) {
      if (other.resetAfter(now) > 0) {
        staying.add(other);
      }
    }
    while (staying.size() > MOST_OTHERS) {
      int first = 0;
      for (int i = 1; i < staying.size(); i++) {
        if (staying.get(i).resetAfter(now) <= staying.get(first).resetAfter(now)) {
          first = i;
        }
      }
      staying.remove(first);
    }
    return staying.toArray(NONE);
  }
}
