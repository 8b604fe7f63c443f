package io.github.ratelimiter.algorithm;

/*
 * Token bucket and leaky bucket, as the generic cell rate algorithm with a remainder.
 *
 * State     tat, an instant in microseconds, and rem. The bucket is full again at tat (the
 *           "theoretical arrival time"), except for rem / l of a microsecond.
 * Rate      l permits per p units, reduced by their gcd and never rounded to an interval. A unit is
 *           1 us, 1 ms or 1 s: the finest in which the debt of an empty bucket fits the domain.
 * Debt      what is missing, in 1/p permits: ((tat - now) * l + rem) / unit, rounded up, at least
 *           0. A permit costs p, and a microsecond repays l / unit. With the unit 1 us nothing is
 *           rounded. With a coarser one a charge may cost up to 1/p permit more, never less.
 * Decision  n permits fit if debt + n * p <= burst * p. Some permits count as used later, at the
 *           end of a lease or at the turn of a caller. They first raise the debt to what the time
 *           until then repays, because the bucket must not refill for them twice.
 * Waiting   a caller of a token bucket waits until its debt fits. A caller of a leaky bucket waits
 *           until the debt before it is gone: this spaces permits out by p / l, in a queue bounded
 *           by the burst.
 * Clock     debts are read at `now` as given. An earlier instant only makes them larger.
 * Versions  a grant of another version of the policy raises the debt at most to that of an empty
 *           bucket, at the instant at which the permits count as used.
 * Release   permits granted at g are taken back as far as later grants cannot have relied on them.
 *           If there was no later grant, that is all of them. Otherwise it is what remains after
 *           subtracting all that is repaid from g until the last permit that was granted before its
 *           use counts as used.
 * Source    ITU-T I.371 (GCRA); Brandur Leach, "Rate limiting, cells, and GCRA", 2015.
 */
/**
 * The compiled form of a token bucket or a leaky bucket. The state of the rates in common use fits
 * one {@code long}, the <i>word</i>. A store can keep it there and update it with compare-and-set.
 */
public final class BucketAlgorithm extends Algorithm {
  /**
   * If the numerator of a rate is below this, {@code tat * l + rem} fits 63 bits for every instant.
   */
  private static final long WORD_RATE = 1L << 10;

  final long l;
  final long p;
  final long unit;
  final long full;
  private final boolean spaced;

  private BucketAlgorithm(long limit, long period, BucketRate rate, long burst, boolean spaced) {
    super(limit, period, burst);
    this.l = rate.l();
    this.p = rate.p();
    this.unit = rate.unit();
    this.full = burst * p;
    this.spaced = spaced;
  }

  static BucketAlgorithm compile(long limit, long period, long burst, boolean spaced) {
    Domain.checkLimit(limit, period);
    return new BucketAlgorithm(limit, period, BucketRate.of(limit, period, burst), burst, spaced);
  }

  @Override
  long largestUsage() {
    return Math.min(new BucketRate(l, p, unit).largestBurst(), Domain.MAX_PERMITS);
  }

  /**
   * Returns whether callers with reservations are spaced out.
   *
   * @return true for a leaky bucket, false for a token bucket
   */
  public boolean spaced() {
    return spaced;
  }

  /** {@inheritDoc} */
  @Override
  public boolean reservable() {
    return true;
  }

  /**
   * Returns how far ahead a caller may reserve: what the debt of an empty bucket leaves of the
   * {@link Domain}.
   *
   * @return microseconds, at most {@link Domain#LONGEST_WAIT}
   */
  public long longestWait() {
    return Math.min((Domain.MAX - 2 * l - full) / l, Domain.LONGEST_WAIT / unit) * unit;
  }

  /** {@inheritDoc} */
  @Override
  public BucketState newState() {
    return new BucketState(this, 0, 0);
  }

  /** {@inheritDoc} */
  @Override
  public BucketState newState(long[] words) {
    return new BucketState(this, words[0], words[1]);
  }

  /**
   * Returns the numerator of the rate.
   *
   * @return the permits refilled in {@link #p()} units, at least 1
   */
  public long l() {
    return l;
  }

  /**
   * Returns the denominator of the rate, which is the cost of one permit.
   *
   * @return units in which {@link #l()} permits are refilled, at least 1
   */
  public long p() {
    return p;
  }

  /**
   * Returns the unit in which debts are counted.
   *
   * @return 1, 1,000 or 1,000,000 microseconds
   */
  public long unit() {
    return unit;
  }

  @Override
  boolean sameKind(Algorithm other) {
    return other instanceof BucketAlgorithm bucket
        && spaced == bucket.spaced
        && period() == bucket.period();
  }

  @Override
  BucketState copyOf(LimitState other, long now, long later) {
    BucketState bucket = (BucketState) other;
    return BucketState.started(
        this, bucket.debtIn(this, now), bucket.debtIn(this, later), now, later);
  }

  @Override
  BucketState startedWith(long used, long usedLater, long now, long later) {
    return BucketState.started(this, owing(0, used), owing(0, usedLater), now, later);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof BucketAlgorithm other
        && l == other.l
        && p == other.p
        && unit == other.unit
        && full == other.full
        && spaced == other.spaced;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(((l * 31 + p) * 31 + full) * 31 + unit);
  }

  // --- debts, in 1/p permits -------------------------------------------------------------------

  /** Returns what {@code micros} and {@code rem} repay, rounded up; at most {@link Domain#MAX}. */
  long repaidIn(long micros, long rem) {
    long units = micros / unit;
    if (units > (Domain.MAX - 2 * l) / l) {
      return Domain.MAX;
    }
    return units * l + Domain.ceilDiv(micros % unit * l + rem, unit);
  }

  /**
   * Returns the debt at {@code now} of a bucket that has this debt at {@code later}, which is not
   * before {@code now}.
   */
  long plusRepaid(long debt, long now, long later) {
    long repaid = later > now ? repaidIn(later - now, 0) : 0;
    return repaid > Domain.MAX - debt ? Domain.MAX : repaid + debt;
  }

  /** Returns how many permits fit beside {@code debt}. */
  long free(long debt) {
    return debt >= full ? 0 : (full - debt) / p;
  }

  /** Returns the debt after {@code permits} more, at most {@link Domain#MAX}. */
  long owing(long debt, long permits) {
    return permits > (Domain.MAX - debt) / p ? Domain.MAX : debt + permits * p;
  }

  // --- the word: tat * l + rem ----------------------------------------------------------------

  /**
   * Returns whether the state of this bucket fits a word.
   *
   * @return true if the rate reduces to less than 1,024 permits per number of microseconds
   */
  public boolean hasWord() {
    return unit == 1 && l < WORD_RATE;
  }

  /**
   * Returns the state that a word represents. Requires {@link #hasWord()}.
   *
   * @param word a word of this bucket
   * @return a new state
   */
  public BucketState newState(long word) {
    return new BucketState(this, word / l, word % l);
  }

  /**
   * Returns the word of a state. Requires {@link #hasWord()}.
   *
   * @param state a state of this bucket
   * @return the word, never negative
   */
  public long word(BucketState state) {
    long[] words = state.words();
    return word(words[0], words[1]);
  }

  /**
   * Returns the word of the two numbers of a state. Requires {@link #hasWord()}.
   *
   * @param tat when the bucket is full again, in microseconds since the Unix epoch
   * @param rem the remainder that is missing at {@code tat}
   * @return the word, never negative
   */
  public long word(long tat, long rem) {
    return tat * l + rem;
  }

  /**
   * Returns the word of a bucket that is full at an instant. It is the smallest word at that
   * instant: a smaller one represents the same state. Requires {@link #hasWord()}.
   *
   * @param now an instant of the domain
   * @return the word
   */
  public long fullWord(long now) {
    return now * l;
  }

  /**
   * Charges permits to a word if they fit. Requires {@link #hasWord()}.
   *
   * @param word the word before
   * @param now an instant of the domain
   * @param permits from 1 to {@link Domain#MAX_PERMITS}
   * @return the word after, or the word before if they do not fit
   */
  public long take(long word, long now, long permits) {
    long base = Math.max(word, now * l);
    return permits <= capacity() && base - now * l <= full - permits * p
        ? base + permits * p
        : word;
  }

  /**
   * Returns the permits that are available. Requires {@link #hasWord()}.
   *
   * @param word the word
   * @param now an instant of the domain
   * @return permits, 0 to the capacity
   */
  public long available(long word, long now) {
    return free(Math.max(word - now * l, 0));
  }

  /**
   * Returns the time until permits are available. Requires {@link #hasWord()}.
   *
   * @param word the word
   * @param now an instant of the domain
   * @param permits from 0 to the capacity
   * @return microseconds
   */
  public long retryAfter(long word, long now, long permits) {
    long over = word - now * l - (full - permits * p);
    return over <= 0 ? 0 : l == 1 ? over : Domain.ceilDiv(over, l);
  }

  /**
   * Returns the time until the bucket is full. Requires {@link #hasWord()}.
   *
   * @param word the word
   * @param now an instant of the domain
   * @return microseconds
   */
  public long resetAfter(long word, long now) {
    long debt = word - now * l;
    return debt <= 0 ? 0 : l == 1 ? debt : Domain.ceilDiv(debt, l);
  }
}
