package io.github.ratelimiter.bench.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** A result for programs: one JSON object. Its names stay. */
final class Json {
  private static final List<String> PERCENTILES = List.of("p50", "p90", "p99", "p999", "max");

  private Json() {}

  static String of(Result result) {
    Setup setup = result.setup();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("about", result.about());
    json.put("instances", setup.instances());
    json.put("cache", setup.cache().text());
    json.put("leaseMillis", setup.lease().toMillis());
    json.put("policy", setup.policy().text());
    json.put("hotKeys", setup.hotKeys());
    json.put("hotShare", setup.hotShare());
    json.put("keys", setup.keys());
    json.put("loop", setup.loop().text());
    json.put("concurrency", setup.concurrency());
    json.put("intendedPerSecond", setup.loop() == Setup.Loop.OPEN ? setup.rate() : Double.NaN);
    json.put("seconds", result.seconds());
    json.put("interrupted", result.interrupted());
    json.put("decisionsPerSecond", result.perSecond());
    json.put("failed", result.failed());
    json.put("late", result.late());
    json.put("all", counts(result, false));
    json.put("hot", counts(result, true));
    Map<String, Object> micros = new LinkedHashMap<>();
    micros.put("all", percentiles(result.all()));
    micros.put("hits", percentiles(result.hits()));
    micros.put("store", percentiles(result.asked()));
    json.put("micros", micros);
    Map<String, Object> redis = new LinkedHashMap<>();
    redis.put("keyOperationsPerDecision", result.keyOperations());
    redis.put("roundTripsPerDecision", result.roundTrips());
    redis.put("commandsPerDecision", result.commands());
    redis.put("cpuMicrosPerDecision", result.cpuMicros());
    json.put("redis", redis);
    Audit audit = result.audit();
    if (audit != null) {
      Map<String, Object> checked = new LinkedHashMap<>();
      checked.put("permits", audit.permits());
      checked.put("keys", audit.keys());
      checked.put("complete", !result.logFull());
      checked.put("overshootPermits", audit.overshoot());
      checked.put("leastHeadroomPermits", audit.headroom());
      json.put("audit", checked);
    }
    return text(json, "") + "\n";
  }

  private static Map<String, Object> counts(Result result, boolean hot) {
    Map<String, Object> counts = new LinkedHashMap<>();
    counts.put("decisions", result.decisions(hot));
    counts.put("allowed", result.allowed(hot));
    counts.put("refused", result.refused(hot));
    counts.put("hitRate", (double) result.hits(hot) / result.decisions(hot));
    counts.put("lease", result.count(Kind.LEASE, hot));
    counts.put("cachedRefusal", result.count(Kind.CACHED_REFUSAL, hot));
    counts.put("store", result.decisions(hot) - result.hits(hot));
    return counts;
  }

  private static Map<String, Object> percentiles(Histogram nanos) {
    Map<String, Object> micros = new LinkedHashMap<>();
    for (int i = 0; i < Report.PERCENTILES.length; i++) {
      micros.put(
          PERCENTILES.get(i),
          nanos.getTotalCount() == 0
              ? Double.NaN
              : nanos.getValueAtPercentile(Report.PERCENTILES[i]) / 1e3);
    }
    return micros;
  }

  private static String text(Map<?, ?> members, String indent) {
    List<String> lines = new ArrayList<>();
    members.forEach(
        (name, value) -> lines.add(indent + "  \"" + name + "\": " + value(value, indent + "  ")));
    return "{\n" + String.join(",\n", lines) + "\n" + indent + "}";
  }

  private static String value(Object value, String indent) {
    if (value instanceof Map<?, ?> members) {
      return text(members, indent);
    }
    if (value instanceof Double number) {
      return number.isNaN() || number.isInfinite()
          ? "null"
          : String.format(Locale.ROOT, "%.6f", number).replaceAll("\\.?0+$", "");
    }
    return value instanceof String text
        ? '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\R", "; ") + '"'
        : value.toString();
  }
}
