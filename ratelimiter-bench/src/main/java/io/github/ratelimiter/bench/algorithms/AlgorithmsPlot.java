package io.github.ratelimiter.bench.algorithms;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler;

/** Plots a comparison as three bar charts side by side. */
final class AlgorithmsPlot {
  private static final int WIDTH = 440;
  private static final int HEIGHT = 400;
  private static final int LABEL_DEGREES = 30;
  private static final Color FIRST = new Color(0x3b6ea5);
  private static final Color SECOND = new Color(0xd9a441);

  private AlgorithmsPlot() {}

  static BufferedImage of(Results results) {
    CategoryChart accuracy = chart("permits of " + results.quota(), "ratio to the limit");
    add(accuracy, results, "most in a period", FIRST, row -> row.accuracy().worst());
    add(
        accuracy,
        results,
        "granted, a burst per period",
        SECOND,
        row -> row.accuracy().granted(Arrivals.BURST_PER_PERIOD));
    CategoryChart time = chart("server time of a decision", "µs");
    add(time, results, "alone", FIRST, row -> row.alone().micros());
    add(time, results, "in a batch", SECOND, row -> row.batched().micros());
    CategoryChart memory = chart("memory of a key, half of the limit used", "bytes");
    add(memory, results, "MEMORY USAGE", FIRST, row -> row.memory().usage());
    add(memory, results, "used_memory", SECOND, row -> row.memory().total());
    return sideBySide(accuracy, time, memory);
  }

  private static CategoryChart chart(String title, String unit) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .yAxisTitle(unit)
            .build();
    CategoryStyler styler = chart.getStyler();
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setLegendPosition(Styler.LegendPosition.OutsideS);
    styler.setLegendLayout(Styler.LegendLayout.Horizontal);
    styler.setXAxisLabelRotation(LABEL_DEGREES);
    styler.setXAxisMaxLabelCount(AlgorithmKind.values().length);
    styler.setLocale(Locale.ROOT);
    styler.setYAxisMin(0.0);
    return chart;
  }

  private static void add(
      CategoryChart chart,
      Results results,
      String name,
      Color color,
      ToDoubleFunction<Results.Row> value) {
    List<String> names = results.rows().stream().map(row -> row.kind().text()).toList();
    List<Double> values = results.rows().stream().mapToDouble(value).boxed().toList();
    chart.addSeries(name, names, values).setFillColor(color);
  }

  private static BufferedImage sideBySide(CategoryChart... charts) {
    BufferedImage image =
        new BufferedImage(WIDTH * charts.length, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    for (int i = 0; i < charts.length; i++) {
      graphics.drawImage(BitmapEncoder.getBufferedImage(charts[i]), i * WIDTH, 0, null);
    }
    graphics.dispose();
    return image;
  }
}
