package io.github.ratelimiter.bench.fleet;

import io.github.ratelimiter.bench.fleet.InstanceMessage.Done;
import io.github.ratelimiter.bench.fleet.InstanceMessage.Usage;
import io.github.ratelimiter.bench.limiter.Answer;
import io.github.ratelimiter.bench.report.TimeChart;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Plots the decisions and the memory over time. */
final class FleetPlot {
  private static final int HEIGHT = 380;

  private final FleetResult result;

  private FleetPlot(FleetResult result) {
    this.result = result;
  }

  static BufferedImage of(FleetResult result) {
    FleetPlot plot = new FleetPlot(result);
    return TimeChart.stack(List.of(plot.decisions(), plot.instances(), plot.servers()));
  }

  private TimeChart decisions() {
    String stages =
        result.stages().stream()
            .map(
                stage ->
                    String.format(
                        Locale.ROOT,
                        "%s %.0f s",
                        stage.stage().name(),
                        result.seconds(FleetResult.startMicros(stage))))
            .collect(Collectors.joining(", "));
    TimeChart chart = new TimeChart(stages, "decisions/s", HEIGHT);
    addRate(chart, "all", Color.DARK_GRAY, Answer.values());
    addRate(chart, "lease", new Color(0x2a7f62), Answer.LEASE);
    addRate(chart, "known refusal", new Color(0xc8553d), Answer.CACHED_REFUSAL);
    addRate(chart, "store", new Color(0x3b6ea5), Answer.STORE_ALLOWED, Answer.STORE_REFUSED);
    addRate(
        chart, "fallback", new Color(0x8e5aa8), Answer.FALLBACK_ALLOWED, Answer.FALLBACK_REFUSED);
    return chart;
  }

  private void addRate(TimeChart chart, String name, Color color, Answer... answers) {
    List<Double> times = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    for (StageResult stage : result.stages()) {
      double since = result.seconds(FleetResult.startMicros(stage));
      long countBefore = 0;
      for (List<Usage> samples : together(stage)) {
        double seconds = result.seconds(samples.get(0).micros());
        long count = samples.stream().mapToLong(sample -> count(sample, answers)).sum();
        times.add(seconds);
        rates.add((count - countBefore) / (seconds - since));
        since = seconds;
        countBefore = count;
      }
    }
    chart.add(name, color, times, rates);
  }

  /** Returns the samples of all instances that were taken at about the same time. */
  private static List<List<Usage>> together(StageResult stage) {
    List<Done> instances = stage.instances();
    int shortest = instances.stream().mapToInt(one -> one.usage().size()).min().orElse(0);
    List<List<Usage>> together = new ArrayList<>();
    for (int i = 0; i < shortest; i++) {
      int index = i;
      together.add(instances.stream().map(instance -> instance.usage().get(index)).toList());
    }
    return together;
  }

  private static long count(Usage sample, Answer... answers) {
    return Stream.of(answers)
        .mapToInt(Answer::ordinal)
        .mapToLong(i -> sample.counts()[i] + sample.counts()[Answer.COUNT + i])
        .sum();
  }

  private TimeChart instances() {
    TimeChart chart = new TimeChart("largest instance", "megabytes", HEIGHT);
    addLargest(chart, "process", new Color(0x3b6ea5), FleetPlot::together, Usage::resident);
    addLargest(
        chart, "heap after collection", new Color(0xd9a441), FleetPlot::together, Usage::heap);
    addLargest(
        chart,
        "heap after full collection",
        new Color(0x2a7f62),
        stage -> List.of(stage.instances().stream().map(Done::atEnd).toList()),
        Usage::heap);
    return chart;
  }

  private void addLargest(
      TimeChart chart,
      String name,
      Color color,
      Function<StageResult, List<List<Usage>>> samples,
      ToLongFunction<Usage> bytes) {
    List<Double> times = new ArrayList<>();
    List<Double> megabytes = new ArrayList<>();
    for (StageResult stage : result.stages()) {
      for (List<Usage> instances : samples.apply(stage)) {
        times.add(result.seconds(instances.get(0).micros()));
        megabytes.add(instances.stream().mapToLong(bytes).max().orElse(0) / 1e6);
      }
    }
    chart.add(name, color, times, megabytes);
  }

  private TimeChart servers() {
    TimeChart chart = new TimeChart("all servers", "megabytes", HEIGHT);
    chart.add(
        "memory in use",
        new Color(0x3b6ea5),
        result.memory().stream().map(sample -> result.seconds(sample.micros())).toList(),
        result.memory().stream().map(sample -> sample.bytes() / 1e6).toList());
    return chart;
  }
}
