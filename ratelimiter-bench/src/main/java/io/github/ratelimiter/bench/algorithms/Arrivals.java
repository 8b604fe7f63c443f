package io.github.ratelimiter.bench.algorithms;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * The ways in which a client makes more calls than the limit allows. Each call is for one permit.
 */
enum Arrivals {
  /** Two bursts, in the last microsecond of a window and in the first of the next. */
  TWO_BURSTS("two bursts") {
    @Override
    List<Burst> of(long limit, long period) {
      return List.of(new Burst(period - 1, 2 * limit), new Burst(period, 2 * limit));
    }
  },

  /** A burst in the last microsecond of a window, and constant overload after it. */
  BURST_AND_OVERLOAD("burst, then overload") {
    @Override
    List<Burst> of(long limit, long period) {
      List<Burst> bursts = new ArrayList<>();
      bursts.add(new Burst(period - 1, OVERLOAD * limit));
      bursts.addAll(overload(limit, period, 1, 4));
      return bursts;
    }
  },

  /** Calls at a constant rate of ten times the limit. */
  CONSTANT_OVERLOAD("constant overload") {
    @Override
    List<Burst> of(long limit, long period) {
      return overload(limit, period, 0, PERIODS);
    }
  },

  /** Bursts of random sizes at random instants, on average four times the limit. */
  RANDOM_BURSTS("random bursts") {
    @Override
    List<Burst> of(long limit, long period) {
      Random random = new Random(SEED);
      List<Burst> bursts = new ArrayList<>();
      for (int i = 0; i < PERIODS * RANDOM_BURSTS_PER_PERIOD; i++) {
        long micros = (long) (random.nextDouble() * PERIODS * period);
        bursts.add(new Burst(micros, 1 + random.nextInt(Math.toIntExact(2 * limit))));
      }
      bursts.sort(Comparator.comparingLong(Burst::micros));
      return bursts;
    }
  },

  /** A burst of exactly the limit at the beginning of each window. */
  BURST_PER_PERIOD("one burst per period") {
    @Override
    List<Burst> of(long limit, long period) {
      List<Burst> bursts = new ArrayList<>();
      for (int i = 0; i < PERIODS; i++) {
        bursts.add(new Burst(i * period, limit));
      }
      return bursts;
    }
  };

  /** The ways to make calls that last for {@link #PERIODS} periods. */
  static final List<Arrivals> LASTING = List.of(CONSTANT_OVERLOAD, RANDOM_BURSTS, BURST_PER_PERIOD);

  /** The number of periods in which the granted permits are compared with the limit. */
  static final int PERIODS = 60;

  private static final int OVERLOAD = 10;
  private static final int RANDOM_BURSTS_PER_PERIOD = 4;
  private static final long SEED = 1;

  private final String title;

  Arrivals(String title) {
    this.title = title;
  }

  /**
   * Calls at one instant.
   *
   * @param micros the instant; a window begins at 0
   * @param calls the number of calls
   */
  record Burst(long micros, long calls) {}

  /**
   * Returns the calls in the order of time.
   *
   * @param limit the permits per period
   * @param period microseconds
   */
  abstract List<Burst> of(long limit, long period);

  String title() {
    return title;
  }

  private static List<Burst> overload(long limit, long period, int from, int to) {
    long perPeriod = OVERLOAD * limit;
    List<Burst> bursts = new ArrayList<>();
    for (long i = from * perPeriod; i < to * perPeriod; i++) {
      bursts.add(new Burst(i * period / perPeriod, 1));
    }
    return bursts;
  }
}
