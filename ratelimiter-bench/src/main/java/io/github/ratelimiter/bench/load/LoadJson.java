package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.bench.generator.Outcome;
import io.github.ratelimiter.bench.generator.Pace;
import io.github.ratelimiter.bench.limiter.Answer;
import io.github.ratelimiter.bench.report.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** The report of a result as one JSON object. The names of its members do not change. */
final class LoadJson {
  private static final List<String> PERCENTILES = List.of("p50", "p90", "p99", "p999", "max");

  private LoadJson() {}

  static String of(Result result) {
    Setup setup = result.setup();
    Outcome outcome = result.outcome();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("about", result.about());
    json.put("instances", setup.instances());
    json.put("cache", setup.cache().text());
    json.put("leaseMillis", setup.lease().toMillis());
    json.put("policy", setup.policy().text());
    json.put("hotKeys", setup.hotKeys());
    json.put("hotShare", setup.hotShare());
    json.put("keys", setup.keys());
    json.put("loop", setup.pace().loop().text());
    json.put("concurrency", setup.pace().concurrency());
    json.put(
        "intendedPerSecond",
        setup.pace().loop() == Pace.Loop.OPEN ? setup.pace().rate() : Double.NaN);
    json.put("seconds", outcome.seconds());
    json.put("interrupted", result.interrupted());
    json.put("decisionsPerSecond", outcome.perSecond());
    json.put("failed", outcome.failed());
    json.put("late", outcome.late());
    json.put("all", counts(outcome, false));
    json.put("hot", counts(outcome, true));
    json.put("micros", micros(outcome));
    json.put("redis", redis(result.served()));
    if (result.audit() != null) {
      json.put("audit", audit(result.audit(), result.logFull()));
    }
    return Json.text(json);
  }

  private static Map<String, Object> counts(Outcome outcome, boolean hot) {
    Map<String, Object> counts = new LinkedHashMap<>();
    counts.put("decisions", outcome.decisions(hot));
    counts.put("allowed", outcome.allowed(hot));
    counts.put("refused", outcome.refused(hot));
    counts.put("hitRate", (double) outcome.hits(hot) / outcome.decisions(hot));
    counts.put("lease", outcome.count(Answer.LEASE, hot));
    counts.put("cachedRefusal", outcome.count(Answer.CACHED_REFUSAL, hot));
    counts.put("store", outcome.decisions(hot) - outcome.hits(hot));
    return counts;
  }

  private static Map<String, Object> percentiles(Histogram nanos) {
    Map<String, Object> micros = new LinkedHashMap<>();
    for (int i = 0; i < LoadReport.PERCENTILES.length; i++) {
      micros.put(
          PERCENTILES.get(i),
          nanos.getTotalCount() == 0
              ? Double.NaN
              : nanos.getValueAtPercentile(LoadReport.PERCENTILES[i]) / 1e3);
    }
    return micros;
  }

  private static Map<String, Object> micros(Outcome outcome) {
    Map<String, Object> micros = new LinkedHashMap<>();
    micros.put("all", percentiles(outcome.all()));
    micros.put("hits", percentiles(outcome.hits()));
    micros.put("store", percentiles(outcome.asked()));
    return micros;
  }

  private static Map<String, Object> redis(Sampler.Served served) {
    Map<String, Object> redis = new LinkedHashMap<>();
    redis.put("keyOperationsPerDecision", served.keyOperations());
    redis.put("roundTripsPerDecision", served.roundTrips());
    redis.put("commandsPerDecision", served.commands());
    redis.put("cpuMicrosPerDecision", served.cpuMicros());
    return redis;
  }

  private static Map<String, Object> audit(Audit audit, boolean logFull) {
    Map<String, Object> checked = new LinkedHashMap<>();
    checked.put("permits", audit.permits());
    checked.put("keys", audit.keys());
    checked.put("complete", !logFull);
    checked.put("overshootPermits", audit.overshoot());
    checked.put("leastHeadroomPermits", audit.headroom());
    return checked;
  }
}
