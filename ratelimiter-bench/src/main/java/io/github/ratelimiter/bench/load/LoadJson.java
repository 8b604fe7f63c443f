package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.bench.audit.Audit;
import io.github.ratelimiter.bench.generator.Outcome;
import io.github.ratelimiter.bench.generator.Pace;
import io.github.ratelimiter.bench.limiter.Answer;
import io.github.ratelimiter.bench.report.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** The JSON report of a load. The names of its members are stable. */
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
    setup.mix().addTo(json);
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
    json.put("redis", redis(result.serverWork()));
    if (result.audit() != null) {
      json.put("audit", audit(result.audit(), result.logFull()));
    }
    return Json.text(json);
  }

  private static Map<String, Object> counts(Outcome outcome, boolean hotOnly) {
    Map<String, Object> counts = new LinkedHashMap<>();
    counts.put("decisions", outcome.decisions(hotOnly));
    counts.put("allowed", outcome.allowed(hotOnly));
    counts.put("refused", outcome.refused(hotOnly));
    counts.put("hitRate", (double) outcome.hits(hotOnly) / outcome.decisions(hotOnly));
    counts.put("lease", outcome.count(Answer.LEASE, hotOnly));
    counts.put("cachedRefusal", outcome.count(Answer.CACHED_REFUSAL, hotOnly));
    counts.put("store", outcome.decisions(hotOnly) - outcome.hits(hotOnly));
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
    micros.put("all", percentiles(outcome.allNanos()));
    micros.put("hits", percentiles(outcome.hitNanos()));
    micros.put("store", percentiles(outcome.storeNanos()));
    return micros;
  }

  private static Map<String, Object> redis(Sampler.ServerWork work) {
    Map<String, Object> redis = new LinkedHashMap<>();
    redis.put("keyOperationsPerDecision", work.keyOperations());
    redis.put("roundTripsPerDecision", work.roundTrips());
    redis.put("commandsPerDecision", work.commands());
    redis.put("cpuMicrosPerDecision", work.cpuMicros());
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
