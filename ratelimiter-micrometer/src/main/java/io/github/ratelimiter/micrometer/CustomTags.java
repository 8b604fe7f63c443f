package io.github.ratelimiter.micrometer;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.internal.Keyless;
import io.github.ratelimiter.internal.LimitedLog;
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
  static final String OTHER = "other";
  private static final String UNKNOWN = "unknown";

  private final List<Bounded> tags = new ArrayList<>();

  CustomTags(List<CustomTag> settings) {
    settings.forEach(setting -> tags.add(new Bounded(setting)));
  }

  boolean isEmpty() {
    return tags.isEmpty();
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
    private final LimitedLog failed = RegistryMeters.warning(LOG);
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
      } catch (Throwable e) {
        failed
            .event()
            .addKeyValue("tag", setting.name())
            .setCause(Keyless.stack(e))
            .log("The function of tag {} failed; its value is '{}'", setting.name(), UNKNOWN);
        return null;
      }
    }

    private Tags add(String value) {
      if (values.size() < setting.maximumValues()) {
        synchronized (values) {
          if (values.size() < setting.maximumValues()) {
            return values.computeIfAbsent(value, v -> Tags.of(Tag.of(setting.name(), v)));
          }
        }
      }
      if (overflowed.compareAndSet(false, true)) {
        LOG.atWarn()
            .addKeyValue("tag", setting.name())
            .addKeyValue("values", setting.maximumValues())
            .log(
                "Tag {} has {} values, which is its maximum; further ones are counted as '{}'",
                setting.name(),
                setting.maximumValues(),
                OTHER);
      }
      return values.getOrDefault(value, other);
    }
  }
}
