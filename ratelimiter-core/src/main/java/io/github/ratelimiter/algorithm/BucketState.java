package io.github.ratelimiter.algorithm;

/** The state of a {@link BucketAlgorithm}: {@code tat} and {@code rem}. */
public final class BucketState extends LimitState {
  private final BucketAlgorithm bucket;
  private long tat;
  private long rem;

  BucketState(BucketAlgorithm bucket, long tat, long rem) {
    this.bucket = bucket;
    this.tat = tat;
    this.rem = rem;
  }

  /**
   * Returns a bucket that has one debt now and another later, each at most that of an empty bucket.
   * Reserved permits count before their turn as well, so the first debt may be larger than that of
   * an empty bucket.
   */
  static BucketState started(
      BucketAlgorithm bucket, long debt, long debtLater, long now, long later) {
    long needed = bucket.plusRepaid(debtLater, now, later);
    long empty = bucket.plusRepaid(bucket.full, now, later);
    BucketState state = new BucketState(bucket, 0, 0);
    state.owe(now, Math.min(Math.max(debt, needed), empty));
    return state;
  }

  /** Returns the debt in fractions of a permit of another bucket, rounded up. */
  long debtIn(BucketAlgorithm other, long instant) {
    long debt = debt(instant);
    return other.owing(Domain.mulDivUp(debt % bucket.p, other.p, bucket.p), debt / bucket.p);
  }

  /** {@inheritDoc} */
  @Override
  public BucketAlgorithm algorithm() {
    return bucket;
  }

  /**
   * Returns the debt, in 1/p permits. Together with the instant it is the exact state: a caller
   * with a reservation compares it to detect later grants.
   *
   * @param now the instant
   * @return the debt; {@link Domain#MAX} if the instant is too early
   */
  public long debt(long now) {
    long ahead = tat - now;
    return ahead < 0 ? 0 : bucket.repaidIn(ahead, rem);
  }

  /** {@inheritDoc} */
  @Override
  public long available(long now) {
    return bucket.free(debt(now));
  }

  /** {@inheritDoc} */
  @Override
  public long available(long now, long end) {
    return bucket.free(Math.max(debt(now), bucket.repaidIn(end - now, 0)));
  }

  /** {@inheritDoc} */
  @Override
  public long retryAfter(long now, long permits) {
    long allowed = bucket.full - permits * bucket.p;
    return Math.max(tat - timeWithin(allowed, rem) - now, 0);
  }

  /**
   * Returns the time until a caller that reserves permits may join the queue. The queue of a leaky
   * bucket is bounded by its burst; that of a token bucket is not bounded.
   *
   * @param now the instant
   * @param permits from 1 to the capacity
   * @return microseconds, 0 if it may join now
   */
  public long roomAfter(long now, long permits) {
    return bucket.spaced() ? retryAfter(now, permits) : 0;
  }

  /**
   * Returns how long a caller that reserves permits now waits for its turn.
   *
   * @param now the instant
   * @param permits from 1 to the capacity
   * @return microseconds
   */
  public long turnAfter(long now, long permits) {
    return bucket.spaced() ? resetAfter(now) : retryAfter(now, permits);
  }

  /** {@inheritDoc} */
  @Override
  public long resetAfter(long now) {
    return Math.max(tat + (rem > 0 ? 1 : 0) - now, 0);
  }

  /** {@inheritDoc} */
  @Override
  public long used(long now) {
    return Domain.ceilDiv(debt(now), bucket.p);
  }

  /** {@inheritDoc} */
  @Override
  public void take(long now, long permits, long usedAt) {
    owe(now, bucket.owing(Math.max(debt(now), bucket.repaidIn(usedAt - now, 0)), permits));
  }

  /** {@inheritDoc} */
  @Override
  public void giveBack(long now, long permits) {
    long debt = debt(now);
    if (debt < Domain.MAX) {
      owe(now, permits >= Domain.ceilDiv(debt, bucket.p) ? 0 : debt - permits * bucket.p);
    }
  }

  /** {@inheritDoc} */
  @Override
  public void release(long now, long permits, Span span, boolean last) {
    long debt = debt(now);
    long whole = bucket.owing(0, permits);
    long counted = last ? 0 : bucket.repaidIn(Math.max(now, span.until()) - span.grantedAt(), 0);
    if (debt < Domain.MAX && counted < whole) {
      owe(now, Math.max(debt - (whole - counted), 0));
    }
  }

  /** {@inheritDoc} */
  @Override
  public long charge(long now, long permits, long usedAt, long lastUse, long later, long debt) {
    if (bucket.full == 0) {
      return permits;
    }
    long before = debt(now);
    long start = Math.max(before, bucket.plusRepaid(0, now, usedAt));
    long most = bucket.plusRepaid(bucket.owing(bucket.full, debt), now, later);
    long counted = start > most ? 0 : Math.min(permits, (most - start) / bucket.p);
    long raised = counted < permits ? most : start + permits * bucket.p;
    if (raised > before) {
      owe(now, raised);
    }
    return permits - counted;
  }

  @Override
  boolean exceeds(LimitState other, long now) {
    BucketState bucket = (BucketState) other;
    return tat > bucket.tat || (tat == bucket.tat && rem > bucket.rem);
  }

  private void owe(long now, long debt) {
    if (debt / bucket.l >= (Domain.MAX - now) / bucket.unit) {
      // The bucket would be full after the last instant of the domain: use that instant.
      tat = Domain.MAX;
      rem = 0;
    } else {
      tat = now + timeWithin(debt, 0);
      rem = debt % bucket.l * bucket.unit % bucket.l;
    }
  }

  /**
   * Returns the longest time, in microseconds, that together with {@code missing} repays at most
   * {@code debt}.
   */
  private long timeWithin(long debt, long missing) {
    long l = bucket.l;
    return debt / l * bucket.unit + Math.floorDiv(debt % l * bucket.unit - missing, l);
  }

  /**
   * {@inheritDoc}
   *
   * @return {@code tat, rem}
   */
  @Override
  public long[] words() {
    return new long[] {tat, rem};
  }
}
