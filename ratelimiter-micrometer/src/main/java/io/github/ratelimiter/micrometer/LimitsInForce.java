package io.github.ratelimiter.micrometer;

import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.internal.LimitedLog;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
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
  private final LimitedLog full = RegistryMeters.warning(LOG);
  private final Map<Policy, Shown> versions = new HashMap<>();

  /** The number of the present round. Each round ends by looking for versions not used in it. */
  private volatile int round = 1;

  private @Nullable CompletableFuture<Void> alarm;
  private boolean closed;

  LimitsInForce(Registered registered, TimeSource time) {
    this.registered = registered;
    this.time = time;
  }

  /** Returns a version of a policy. There may be several for one version; they are equivalent. */
  Version version(Policy policy) {
    return new Version(policy);
  }

  /** A version of a policy. */
  final class Version {
    private final Policy policy;

    /** The last round in which the version has decided. A race costs a look-up. */
    private int usedIn;

    Version(Policy policy) {
      this.policy = policy;
    }

    /** Records that the version decides. Takes a lock once in each round. */
    void use() {
      int now = round;
      if (usedIn != now) {
        usedIn = now;
        used(policy);
      }
    }
  }

  /** A version that has gauges. */
  private static final class Shown {
    private final List<Meter> gauges = new ArrayList<>();
    private boolean used = true;
  }

  private synchronized void used(Policy policy) {
    Shown known = versions.get(policy);
    if (known != null) {
      known.used = true;
    } else if (!closed && versions.size() < MAXIMUM_VERSIONS) {
      Shown added = new Shown();
      versions.put(policy, added);
      policy.limits().forEach(limit -> added.gauges.add(gauge(policy, limit)));
      watch();
    } else if (!closed) {
      full.event()
          .addKeyValue("versions", MAXIMUM_VERSIONS)
          .log(
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
    round++;
    Map<String, List<Policy>> byName = new HashMap<>();
    for (Policy version : versions.keySet()) {
      byName.computeIfAbsent(version.name(), name -> new ArrayList<>()).add(version);
    }
    byName.values().forEach(this::removeUnused);
    watch();
  }

  private void removeUnused(List<Policy> ofOneName) {
    if (ofOneName.stream().noneMatch(version -> shown(version).used)) {
      return;
    }
    for (Policy version : ofOneName) {
      Shown shown = shown(version);
      if (!shown.used) {
        versions.remove(version);
        shown.gauges.forEach(registered::remove);
      }
      shown.used = false;
    }
  }

  private Shown shown(Policy version) {
    return Objects.requireNonNull(versions.get(version));
  }

  synchronized void close() {
    closed = true;
    CompletableFuture<Void> set = alarm;
    if (set != null) {
      set.cancel(false);
    }
  }
}
