package io.github.ratelimiter.bench.algorithms;

import io.github.ratelimiter.bench.report.Json;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Formats a comparison as JSON. */
final class JsonReport {
  private JsonReport() {}

  static String of(Results results) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("about", results.about());
    json.put("quota", results.quota());
    json.put("batch", CostMeter.BATCH);
    json.put("algorithms", results.rows().stream().map(JsonReport::of).toList());
    return Json.text(json);
  }

  private static Map<String, Object> of(Results.Row row) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("algorithm", row.kind().text());
    json.put("mostInOnePeriod", byArrivals(row.accuracy().mostInOnePeriod()));
    json.put("granted", byArrivals(row.accuracy().granted()));
    json.put("alone", of(row.alone()));
    json.put("batched", of(row.batched()));
    json.put(
        "memory",
        Stream.concat(Stream.of(row.memory()), row.otherMemory().stream())
            .map(JsonReport::of)
            .toList());
    return json;
  }

  private static Map<String, Double> byArrivals(Map<Arrivals, Double> ratios) {
    Map<String, Double> json = new LinkedHashMap<>();
    ratios.forEach(
        (arrivals, ratio) ->
            json.put(arrivals.name().toLowerCase(Locale.ROOT).replace('_', '-'), ratio));
    return json;
  }

  private static Map<String, Object> of(Cost cost) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("micros", cost.micros());
    json.put("fastestMicros", cost.fastest());
    json.put("slowestMicros", cost.slowest());
    json.put("commands", cost.commands());
    return json;
  }

  private static Map<String, Object> of(MemoryMeter.Memory memory) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("usedPercent", memory.usedPercent());
    json.put("memoryUsage", memory.usage());
    json.put("usedMemory", memory.total());
    return json;
  }
}
