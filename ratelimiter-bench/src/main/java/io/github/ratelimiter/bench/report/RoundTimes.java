package io.github.ratelimiter.bench.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * The times of one contender in rounds that alternate with those of others. The ratio of two
 * contenders is formed in each round, so a machine that becomes slower in between does not matter.
 */
public final class RoundTimes {
  private static final int DIGITS = 3;
  private static final double NANOS_PER_MICRO = 1e3;
  private static final double MEDIAN = 50;

  private final String name;
  private final Histogram all = new Histogram(DIGITS);
  private final List<Double> medians = new ArrayList<>();

  /**
   * Creates times without a round.
   *
   * @param name the name of the contender
   */
  public RoundTimes(String name) {
    this.name = name;
  }

  /** Returns the name of the contender. */
  public String name() {
    return name;
  }

  /** Adds the times of a round, in nanoseconds. */
  public void add(Histogram round) {
    medians.add(round.getValueAtPercentile(MEDIAN) / NANOS_PER_MICRO);
    all.add(round);
  }

  /** Forgets the rounds so far. */
  public void forget() {
    all.reset();
    medians.clear();
  }

  /** Returns a percentile over all rounds, in microseconds. */
  public double micros(double percentile) {
    return all.getValueAtPercentile(percentile) / NANOS_PER_MICRO;
  }

  /** Returns the ratio of the medians of each round, in ascending order. */
  public double[] ratios(RoundTimes to) {
    double[] ratios = new double[medians.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = medians.get(i) / to.medians.get(i);
    }
    Arrays.sort(ratios);
    return ratios;
  }

  /** Returns the median of the ratios of each round. */
  public double ratio(RoundTimes to) {
    return Median.of(ratios(to));
  }
}
