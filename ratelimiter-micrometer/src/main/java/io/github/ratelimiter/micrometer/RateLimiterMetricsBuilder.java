package io.github.ratelimiter.micrometer;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;

/** Builds {@link RateLimiterMetrics}. Not thread-safe. */
public final class RateLimiterMetricsBuilder {
  /** A tag whose value depends on the call. */
  record CustomTag(
      String name, int maximumValues, BiFunction<? super Policy, ? super String, String> value) {}

  /** As Prometheus shows them. It uses the last two itself. */
  private static final Set<String> RESERVED =
      Set.of(
          "policy",
          "outcome",
          "source",
          "limit",
          "reason",
          "operation",
          "algorithm",
          "result",
          "state",
          "error_type",
          "le",
          "quantile");

  final RateLimiter limiter;
  Tags tags = Tags.empty();
  final List<CustomTag> customTags = new ArrayList<>();
  final Set<String> usagePolicies = new HashSet<>();
  TimeSource timeSource = TimeSource.system();

  RateLimiterMetricsBuilder(RateLimiter limiter) {
    this.limiter = Objects.requireNonNull(limiter, "limiter");
  }

  RateLimiterMetricsBuilder copy() {
    RateLimiterMetricsBuilder copy = new RateLimiterMetricsBuilder(limiter);
    copy.tags = tags;
    copy.customTags.addAll(customTags);
    copy.usagePolicies.addAll(usagePolicies);
    copy.timeSource = timeSource;
    return copy;
  }

  /**
   * Adds tags with the same value to all meters. Limiters with different stores in one registry
   * need different tags, or only the first store of each kind has gauges.
   *
   * @param tags the tags
   * @return this
   * @throws IllegalArgumentException if a name is blank or in use; {@code le} and {@code quantile}
   *     are used by Prometheus
   */
  public RateLimiterMetricsBuilder tags(Iterable<Tag> tags) {
    tags.forEach(tag -> checkName(tag.getKey()));
    this.tags = this.tags.and(tags);
    return this;
  }

  /**
   * Adds a tag to the meters of decisions, for example the endpoint or the tier of a user. Its
   * values must be few, so never return the key itself. When there are {@code maximumValues}
   * different values, further ones become {@code other}, and this is logged once.
   *
   * @param name the name of the tag
   * @param maximumValues at least 1
   * @param value returns the value from the policy and the key of a call; it is called for every
   *     decision, so it must be fast and thread-safe. If it throws an exception or returns null,
   *     the value is {@code unknown}; an exception is logged, at most once a minute
   * @return this
   * @throws IllegalArgumentException if the name is blank or in use, or the number is below 1;
   *     {@code le} and {@code quantile} are used by Prometheus
   */
  public RateLimiterMetricsBuilder tag(
      String name, int maximumValues, BiFunction<? super Policy, ? super String, String> value) {
    checkName(name);
    if (maximumValues < 1) {
      throw new IllegalArgumentException(
          "maximumValues is " + maximumValues + "; it must be at least 1");
    }
    Objects.requireNonNull(value, "value");
    customTags.add(new CustomTag(name, maximumValues, value));
    return this;
  }

  private void checkName(String name) {
    Objects.requireNonNull(name, "name");
    String shown = shown(name);
    boolean taken =
        RESERVED.contains(shown)
            || customTags.stream().anyMatch(tag -> shown(tag.name).equals(shown))
            || tags.stream().anyMatch(tag -> shown(tag.getKey()).equals(shown));
    if (name.isBlank() || taken) {
      throw new IllegalArgumentException(
          "the tag '%s' %s; choose another name"
              .formatted(name, taken ? "has a meaning already" : "is blank"));
    }
  }

  private static String shown(String name) {
    return name.replace('.', '_');
  }

  /**
   * Adds a gauge of the highest usage, in percent of the limit, that a decision under a policy has
   * shown in the last one to two minutes.
   *
   * @param policy the name of a policy
   * @return this
   */
  public RateLimiterMetricsBuilder usageOf(String policy) {
    usagePolicies.add(Objects.requireNonNull(policy, "policy"));
    return this;
  }

  /**
   * Sets the clock by which the gauges of replaced versions of a policy are removed, and the
   * highest usage is forgotten. Limiters that share a registry use the clock of the first one.
   * Default: the system's clock.
   *
   * @param timeSource the clock
   * @return this
   */
  public RateLimiterMetricsBuilder timeSource(TimeSource timeSource) {
    this.timeSource = Objects.requireNonNull(timeSource, "timeSource");
    return this;
  }

  /**
   * Builds the metrics.
   *
   * @return the metrics, bound to no registry
   */
  public RateLimiterMetrics build() {
    return new RateLimiterMetrics(this);
  }
}
