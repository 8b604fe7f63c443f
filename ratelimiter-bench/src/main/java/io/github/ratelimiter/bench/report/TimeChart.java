package io.github.ratelimiter.bench.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A chart of values over time, with the look of all reports. */
public final class TimeChart {
  private static final int WIDTH = 1100;

  private final XYChart chart;

  /**
   * Creates a chart without lines.
   *
   * @param title the title
   * @param yTitle the unit of the values
   * @param height the height in pixels
   */
  public TimeChart(String title, String yTitle, int height) {
    chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(height)
            .title(title)
            .xAxisTitle("seconds")
            .yAxisTitle(yTitle)
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    chart.getStyler().setLocale(Locale.ROOT);
    chart.getStyler().setYAxisMin(0.0);
  }

  /** Adds a line, unless it has no points. */
  public void add(String name, Color color, List<Double> seconds, List<Double> values) {
    if (seconds.isEmpty()) {
      return;
    }
    XYSeries series = chart.addSeries(name, seconds, values);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(color);
  }

  /** Draws the chart. */
  public BufferedImage image() {
    return BitmapEncoder.getBufferedImage(chart);
  }

  /** Draws charts below each other. */
  public static BufferedImage stack(List<TimeChart> charts) {
    List<BufferedImage> images = charts.stream().map(TimeChart::image).toList();
    int height = images.stream().mapToInt(BufferedImage::getHeight).sum();
    BufferedImage all = new BufferedImage(WIDTH, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = all.createGraphics();
    int y = 0;
    for (BufferedImage image : images) {
      graphics.drawImage(image, 0, y, null);
      y += image.getHeight();
    }
    graphics.dispose();
    return all;
  }
}
