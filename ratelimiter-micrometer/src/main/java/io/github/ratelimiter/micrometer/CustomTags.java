package io.github.ratelimiter.micrometer;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.micrometer.RateLimiterMetricsBuilder.CustomTag;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tags whose values depend on the call, each with a maximum number of values. Thread-safe. */
final class CustomTags {
  private static final Logger LOG = LoggerFactory.getLogger(RateLimiterMetrics.class);
  private static final String OTHER = "other";
  private static final String UNKNOWN = "unknown";

  private final List<Bounded> tags = new ArrayList<>();
  private final Tags none;

  CustomTags(List<CustomTag> settings) {
    Tags unknown = Tags.empty();
    for (CustomTag setting : settings) {
      tags.add(new Bounded(setting));
      unknown = unknown.and(setting.name(), UNKNOWN);
    }
    this.none = unknown;
  }

  boolean isEmpty() {
    return tags.isEmpty();
  }

  /** Returns the tags without a call. */
  Tags none() {
    return none;
  }

  Tags of(Policy policy, String key) {
    if (tags.size() == 1) {
      return tags.get(0).of(policy, key);
    }
    Tags all = Tags.empty();
    for (Bounded tag : tags) {
      all = all.and(tag.of(policy, key));
    }
    return all;
  }

  private static final class Bounded {
    private final CustomTag setting;
    private final Map<String, Tags> values = new ConcurrentHashMap<>();
    private final Tags unknown;
    private final Tags other;
    private final AtomicBoolean complained = new AtomicBoolean();
    private final AtomicBoolean overflowed = new AtomicBoolean();

    Bounded(CustomTag setting) {
      this.setting = setting;
      this.unknown = Tags.of(Tag.of(setting.name(), UNKNOWN));
      this.other = Tags.of(Tag.of(setting.name(), OTHER));
    }

    Tags of(Policy policy, String key) {
      String value = value(policy, key);
      if (value == null) {
        return unknown;
      }
      Tags known = values.get(value);
      return known != null ? known : add(value);
    }

    private @Nullable String value(Policy policy, String key) {
      try {
        return setting.value().apply(policy, key);
      } catch (RuntimeException | LinkageError e) {
        if (complained.compareAndSet(false, true)) {
          LOG.warn(
              "The function of tag {} failed; its value is '{}'. Further failures are not logged",
              setting.name(),
              UNKNOWN,
              e);
        }
        return null;
      }
    }

    private Tags add(String value) {
      synchronized (values) {
        if (values.size() < setting.maximumValues()) {
          return values.computeIfAbsent(value, v -> Tags.of(Tag.of(setting.name(), v)));
        }
      }
      if (overflowed.compareAndSet(false, true)) {
        LOG.warn(
            "Tag {} has {} values, which is its maximum; further ones are counted as '{}'",
            setting.name(),
            setting.maximumValues(),
            OTHER);
      }
      return values.getOrDefault(value, other);
    }
  }
}
