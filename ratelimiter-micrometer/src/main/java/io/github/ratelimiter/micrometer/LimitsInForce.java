package io.github.ratelimiter.micrometer;

import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.TimeSource;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gauges of the limits that decide now. A version of a policy is in force until it has made no
 * decision for a minute in which another version has made one. Thread-safe.
 */
final class LimitsInForce {
  private static final Logger LOG = LoggerFactory.getLogger(RateLimiterMetrics.class);
  private static final long MINUTE_MICROS = TimeUnit.MINUTES.toMicros(1);
  private static final int MAXIMUM_VERSIONS = 1_000;

  private final Registered registered;
  private final TimeSource time;
  private final ConcurrentMap<Policy, Version> versions = new ConcurrentHashMap<>();
  private @Nullable CompletableFuture<Void> alarm;
  private boolean closed;
  private boolean full;

  LimitsInForce(Registered registered, TimeSource time) {
    this.registered = registered;
    this.time = time;
  }

  Version version(Policy policy) {
    Version known = versions.get(policy);
    return known != null ? known : new Version(policy);
  }

  /** A version of a policy. */
  final class Version {
    private final Policy policy;
    private final List<Meter> gauges = new ArrayList<>();
    private volatile boolean used;

    Version(Policy policy) {
      this.policy = policy;
    }

    /** Records that the version decides. */
    void use() {
      if (!used) {
        used = true;
        inForce(this);
      }
    }
  }

  private synchronized void inForce(Version version) {
    if (closed || versions.get(version.policy) == version) {
      return;
    }
    Version other = versions.get(version.policy);
    if (other != null) {
      other.used = true;
    } else if (versions.size() < MAXIMUM_VERSIONS) {
      versions.put(version.policy, version);
      version.policy.limits().forEach(limit -> version.gauges.add(gauge(version.policy, limit)));
      watch();
    } else if (!full) {
      full = true;
      LOG.warn(
          "There are {} versions of policies; the limits of others have no gauge",
          MAXIMUM_VERSIONS);
    }
  }

  private Meter gauge(Policy policy, Limit limit) {
    Tags tags =
        Tags.of(
            "policy", policy.name(), "limit", limit.text(), "algorithm", Names.algorithm(limit));
    return registered.gaugeOf(
        "rate.limiter.limit.permits",
        "Permits per period of the limits in force",
        "",
        tags,
        limit,
        Limit::permits);
  }

  /** One version of a policy stays in force, even if it decides seldom. */
  private void watch() {
    if (alarm == null && versionsOfOneName()) {
      CompletableFuture<Void> set = time.after(MINUTE_MICROS);
      alarm = set;
      var unused = set.thenRunAsync(this::removeReplaced, time.executor());
    }
  }

  private boolean versionsOfOneName() {
    return versions.keySet().stream().map(Policy::name).distinct().count() < versions.size();
  }

  private synchronized void removeReplaced() {
    alarm = null;
    if (closed) {
      return;
    }
    Map<String, List<Version>> byName = new HashMap<>();
    versions
        .values()
        .forEach(
            version ->
                byName.computeIfAbsent(version.policy.name(), n -> new ArrayList<>()).add(version));
    byName.values().forEach(this::removeUnused);
    watch();
  }

  private void removeUnused(List<Version> ofOneName) {
    if (ofOneName.stream().noneMatch(version -> version.used)) {
      return;
    }
    for (Version version : ofOneName) {
      if (!version.used) {
        versions.remove(version.policy);
        version.gauges.forEach(registered::remove);
        version.gauges.clear();
      }
      version.used = false;
    }
  }

  synchronized void close() {
    closed = true;
    CompletableFuture<Void> set = alarm;
    if (set != null) {
      set.cancel(false);
    }
  }
}
