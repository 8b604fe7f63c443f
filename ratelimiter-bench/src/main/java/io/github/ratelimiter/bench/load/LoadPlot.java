package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.bench.limiter.Answer;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Plots the decisions per second over time, by answer. */
final class LoadPlot {
  private static final int WIDTH = 1100;
  private static final int HEIGHT = 420;

  /** The last step may be shorter. Its rate would not be meaningful. */
  private static final double MIN_STEP_SECONDS = 0.02;

  private LoadPlot() {}

  static BufferedImage of(Result result) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(LoadReport.title(result.setup()))
            .xAxisTitle("seconds")
            .yAxisTitle("decisions/s")
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    chart.getStyler().setLocale(Locale.ROOT);
    chart.getStyler().setYAxisMin(0.0);
    add(chart, result, "all", Color.DARK_GRAY, Answer.values());
    add(chart, result, "lease", new Color(0x2a7f62), Answer.LEASE);
    add(chart, result, "known refusal", new Color(0xc8553d), Answer.CACHED_REFUSAL);
    add(chart, result, "store, allowed", new Color(0x3b6ea5), Answer.STORE_ALLOWED);
    add(chart, result, "store, refused", new Color(0xd9a441), Answer.STORE_REFUSED);
    return BitmapEncoder.getBufferedImage(chart);
  }

  private static void add(
      XYChart chart, Result result, String name, Color color, Answer... answers) {
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
    XYSeries series = chart.addSeries(name, times, rates);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(color);
  }
}
