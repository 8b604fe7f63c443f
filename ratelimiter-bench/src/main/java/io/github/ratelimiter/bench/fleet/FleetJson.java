package io.github.ratelimiter.bench.fleet;

import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.bench.audit.Audit;
import io.github.ratelimiter.bench.fleet.InstanceMessage.Done;
import io.github.ratelimiter.bench.fleet.InstanceMessage.Usage;
import io.github.ratelimiter.bench.generator.Outcome;
import io.github.ratelimiter.bench.report.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/** The JSON report of a run. The names of its members are stable. */
final class FleetJson {
  private FleetJson() {}

  static String of(FleetResult result) {
    FleetSetup setup = result.setup();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("about", result.about());
    json.put("instances", setup.instances());
    json.put("ratePerInstance", setup.rate());
    json.put("policy", setup.policyText());
    json.put("leaseMillis", setup.lease().toMillis());
    setup.mix().addTo(json);
    json.put(
        "stages",
        IntStream.range(0, result.stages().size()).mapToObj(i -> stage(result, i)).toList());
    FleetAudit audit = result.audit();
    if (audit != null) {
      json.put("audit", audit(audit));
    }
    Growth.of(result.stages()).ifPresent(growth -> json.put("growth", growth(growth)));
    CoreEstimate.of(result).ifPresent(estimate -> json.put("cores", cores(estimate)));
    json.put("instanceMemory", instanceMemory(result));
    json.put("serverMemory", serverMemory(result));
    return Json.text(json);
  }

  private static Map<String, Object> stage(FleetResult result, int index) {
    StageResult stage = result.stages().get(index);
    FleetSetup setup = result.setup();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("stage", stage.stage().name());
    json.put("seconds", stage.stage().seconds());
    json.put("offered", stage.offered());
    json.put("decided", stage.decisions());
    json.put("decisionsPerSecond", stage.outcome().perSecond());
    json.put("allowed", stage.outcome().allowed(false));
    json.put("refused", stage.outcome().refused(false));
    json.put("failed", stage.outcome().failed());
    json.put("bySource", bySource(stage.outcome()));
    json.put("waitMillis", millis(stage.outcome().allNanos()));
    json.put("redisCallsPerDecision", stage.redisCalls());
    json.put("instanceCpuMicrosPerDecision", stage.instanceCpuMicros());
    json.put("serverCpuMicrosPerDecision", stage.serverCpuMicros());
    json.put("masterCpuMicrosPerDecision", stage.masterCpuMicros());
    json.put("busiestServer", stage.servers().busiest());
    json.put(
        "unused", stage.unused(Limits.permitsPerSecond(setup.policy()), setup.mix().hotKeys()));
    FleetAudit audit = result.audit();
    if (audit != null) {
      json.put("permits", audit.stages().get(index).permits());
      json.put("overshootPermits", audit.stages().get(index).overshoot());
    }
    return json;
  }

  private static Map<String, Object> bySource(Outcome outcome) {
    Map<String, Object> json = new LinkedHashMap<>();
    for (Source source : FleetTables.sources()) {
      Map<String, Object> part = new LinkedHashMap<>();
      part.put("decisions", outcome.decisions(source, false));
      part.put("waitMillis", millis(outcome.nanos(source)));
      json.put(source == Source.CACHED_REFUSAL ? "cachedRefusal" : FleetTables.name(source), part);
    }
    return json;
  }

  private static Map<String, Object> millis(Histogram nanos) {
    Map<String, Object> millis = new LinkedHashMap<>();
    boolean none = nanos.getTotalCount() == 0;
    millis.put("p50", none ? Double.NaN : nanos.getValueAtPercentile(50) / 1e6);
    millis.put("p99", none ? Double.NaN : nanos.getValueAtPercentile(99) / 1e6);
    millis.put("p999", none ? Double.NaN : nanos.getValueAtPercentile(99.9) / 1e6);
    millis.put("longest", none ? Double.NaN : nanos.getMaxValue() / 1e6);
    return millis;
  }

  private static Map<String, Object> audit(FleetAudit audit) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("permits", audit.permits());
    json.put("keys", audit.keys());
    json.put("overshootPermits", audit.overshoot());
    json.put("overshootPermitsOfStore", audit.overshootOfStore());
    json.put("leastHeadroomPermits", audit.headroom());
    json.put("parts", audit.parts().stream().map(Audit::permits).toList());
    return json;
  }

  private static Map<String, Object> growth(Growth growth) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("heapBytes", growth.heap());
    json.put("threads", growth.threads());
    return json;
  }

  private static Map<String, Object> cores(CoreEstimate estimate) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("p99Millis", estimate.p99Millis());
    json.put("p999Millis", estimate.p999Millis());
    json.put("busiestServer", estimate.busiestServer());
    json.put("largestInstance", estimate.largestInstance());
    json.put("fallback", estimate.fallback());
    json.put("decisionsPerSecond", CoreEstimate.DECISIONS_PER_SECOND);
    json.put("instances", CoreEstimate.INSTANCES);
    json.put("busyInInstances", estimate.instanceCores());
    json.put("busyInServers", estimate.serverCores());
    json.put("ofAnInstance", estimate.coresOfAnInstance());
    json.put("masters", estimate.masters());
    json.put("all", estimate.allCores());
    return json;
  }

  private static List<Object> instanceMemory(FleetResult result) {
    List<Object> json = new ArrayList<>();
    for (int i = 0; i < result.setup().instances(); i++) {
      List<Object> samples = new ArrayList<>();
      for (StageResult stage : result.stages()) {
        Done instance = stage.instances().get(i);
        instance.usage().forEach(usage -> samples.add(usage(result, usage, false)));
        samples.add(usage(result, instance.atEnd(), true));
      }
      json.add(samples);
    }
    return json;
  }

  private static Map<String, Object> usage(FleetResult result, Usage usage, boolean full) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("seconds", result.seconds(usage.micros()));
    json.put("heapAfterCollection", usage.heap());
    json.put("resident", usage.resident());
    json.put("threads", usage.threads());
    json.put("afterFullCollection", full);
    return json;
  }

  private static List<Object> serverMemory(FleetResult result) {
    List<Object> json = new ArrayList<>();
    for (ServerSampler.Sample sample : result.memory()) {
      Map<String, Object> at = new LinkedHashMap<>();
      at.put("seconds", result.seconds(sample.micros()));
      at.put("bytes", sample.bytes());
      json.add(at);
    }
    return json;
  }
}
