package io.github.ratelimiter.cli.replay;

import io.github.ratelimiter.cli.Numbers;
import io.github.ratelimiter.cli.PngFile;
import io.github.ratelimiter.cli.Text;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Plots the allowed and refused requests over time, with one chart for each policy. */
final class Plot {
  private static final int WIDTH = 1100;
  private static final int HEIGHT = 420;
  private static final int MAX_STEPS = 240;
  private static final long DAY = 86_400;
  private static final Color ALLOWED = new Color(0x2a7f62);
  private static final Color REFUSED = new Color(0xc8553d);

  private Plot() {}

  /** Writes the plot to a PNG file. */
  static void write(Replay replay, Path file) {
    PngFile.write(file, () -> draw(replay));
  }

  private static BufferedImage draw(Replay replay) {
    Timeline timeline = replay.timeline().inSteps(MAX_STEPS);
    int charts = replay.trials().size();
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT * charts, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    for (int i = 0; i < charts; i++) {
      graphics.drawImage(
          BitmapEncoder.getBufferedImage(chart(replay, timeline, i)), 0, i * HEIGHT, null);
    }
    graphics.dispose();
    return image;
  }

  private static XYChart chart(Replay replay, Timeline timeline, int policy) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(Text.clip(replay.trials().get(policy).policy(), 80, "..."))
            .xAxisTitle("time, UTC")
            .yAxisTitle("requests in " + Numbers.duration(timeline.stepSeconds()))
            .build();
    style(chart.getStyler(), timeline);
    List<Date> times = new ArrayList<>();
    List<Long> allowed = new ArrayList<>();
    List<Long> refused = new ArrayList<>();
    for (int i = 0; i < timeline.steps(); i++) {
      times.add(new Date(timeline.begin(i) * 1000));
      refused.add(timeline.count(policy + 1, i));
      allowed.add(timeline.count(0, i) - timeline.count(policy + 1, i));
    }
    // XChart draws a step up to the next point, so the last step needs one more point.
    times.add(new Date(timeline.begin(timeline.steps()) * 1000));
    allowed.add(allowed.get(allowed.size() - 1));
    refused.add(refused.get(refused.size() - 1));
    style(chart.addSeries("allowed", times, allowed), ALLOWED);
    style(chart.addSeries("refused", times, refused), REFUSED);
    return chart;
  }

  private static void style(XYStyler styler, Timeline timeline) {
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setLegendPosition(Styler.LegendPosition.OutsideE);
    styler.setTimezone(TimeZone.getTimeZone("UTC"));
    styler.setLocale(Locale.ROOT);
    styler.setDatePattern(datePattern(timeline.steps() * timeline.stepSeconds()));
  }

  /** Returns a pattern with which the ticks of the axis have different texts. */
  private static String datePattern(long seconds) {
    return seconds <= DAY ? "HH:mm" : seconds <= 10 * DAY ? "d MMM HH:mm" : "yyyy-MM-dd";
  }

  private static void style(XYSeries series, Color color) {
    series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.StepArea);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(color);
    series.setFillColor(new Color(color.getRed(), color.getGreen(), color.getBlue(), 90));
  }
}
