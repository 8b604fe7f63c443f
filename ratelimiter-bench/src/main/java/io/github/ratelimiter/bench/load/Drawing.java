package io.github.ratelimiter.bench.load;

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

/** Draws decisions over time, by where they came from. */
final class Drawing {
  private static final int WIDTH = 1100;
  private static final int HEIGHT = 420;

  private Drawing() {}

  static BufferedImage of(Result result) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(Report.title(result.setup()))
            .xAxisTitle("seconds")
            .yAxisTitle("decisions a second")
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    chart.getStyler().setLocale(Locale.ROOT);
    chart.getStyler().setYAxisMin(0.0);
    add(chart, result, "all", Color.DARK_GRAY, Kind.values());
    add(chart, result, "lease", new Color(0x2a7f62), Kind.LEASE);
    add(chart, result, "known refusal", new Color(0xc8553d), Kind.CACHED_REFUSAL);
    add(chart, result, "store, allowed", new Color(0x3b6ea5), Kind.STORE_ALLOWED);
    add(chart, result, "store, refused", new Color(0xd9a441), Kind.STORE_REFUSED);
    return BitmapEncoder.getBufferedImage(chart);
  }

  private static void add(XYChart chart, Result result, String name, Color color, Kind... kinds) {
    Timeline.Scale scale = result.timeline().scale();
    double step = scale.stepNanos() / 1e9;
    List<Double> times = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    // The last step may be cut short, and would look like a fall; a lone one has to do.
    int whole = Math.max((int) (result.seconds() / step), 1);
    for (int i = 0; i < Math.min(whole, scale.steps()); i++) {
      long count = 0;
      for (Kind kind : kinds) {
        count += result.timeline().count(i, kind, true) + result.timeline().count(i, kind, false);
      }
      times.add((i + 1) * step);
      rates.add(count / step);
    }
    XYSeries series = chart.addSeries(name, times, rates);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(color);
  }
}
