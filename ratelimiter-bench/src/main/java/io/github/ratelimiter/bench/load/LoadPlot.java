package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.bench.limiter.Answer;
import io.github.ratelimiter.bench.report.TimeChart;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** Plots the decisions per second over time, by answer. */
final class LoadPlot {
  private static final int HEIGHT = 420;

  /** The last step may be shorter. Its rate would not be meaningful. */
  private static final double MIN_STEP_SECONDS = 0.02;

  private LoadPlot() {}

  static BufferedImage of(Result result) {
    TimeChart chart = new TimeChart(LoadReport.title(result.setup()), "decisions/s", HEIGHT);
    add(chart, result, "all", Color.DARK_GRAY, Answer.values());
    add(chart, result, "lease", new Color(0x2a7f62), Answer.LEASE);
    add(chart, result, "known refusal", new Color(0xc8553d), Answer.CACHED_REFUSAL);
    add(chart, result, "store, allowed", new Color(0x3b6ea5), Answer.STORE_ALLOWED);
    add(chart, result, "store, refused", new Color(0xd9a441), Answer.STORE_REFUSED);
    return chart.image();
  }

  private static void add(
      TimeChart chart, Result result, String name, Color color, Answer... answers) {
    List<Double> times = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    double seconds = 0;
    long count = 0;
    for (Sampler.Sample sample : result.samples()) {
      double step = sample.seconds() - seconds;
      if (step >= MIN_STEP_SECONDS || times.isEmpty()) {
        times.add(sample.seconds());
        rates.add((sample.count(answers) - count) / step);
        seconds = sample.seconds();
        count = sample.count(answers);
      }
    }
    chart.add(name, color, times, rates);
  }
}
