package io.github.ratelimiter.bench.generator;

import io.github.ratelimiter.cli.Numbers;
import java.io.Serializable;
import java.util.Locale;
import java.util.Map;

/**
 * The numbers of a mix of hot and other keys.
 *
 * @param hotKeys the number of hot keys, at least 1
 * @param hotShare the share of requests for hot keys, 0 to 1
 * @param keys the number of other keys
 */
public record MixSettings(int hotKeys, double hotShare, int keys) implements Serializable {
  /** Creates the mix. */
  public Mix create() {
    return Mix.of(hotKeys, hotShare, keys);
  }

  /** Describes the mix, for example {@code 80 % on 1,000 keys, the rest over 100,000}. */
  public String text() {
    return hotShare >= 1
        ? Numbers.count(hotKeys, "key")
        : String.format(
            Locale.ROOT,
            "%s %% on %s, the rest over %s",
            Numbers.withoutTrailingZeros(100 * hotShare),
            Numbers.count(hotKeys, "key"),
            Numbers.number(keys));
  }

  /** Adds the numbers to a JSON report. */
  public void addTo(Map<String, Object> json) {
    json.put("hotKeys", hotKeys);
    json.put("hotShare", hotShare);
    json.put("keys", keys);
  }
}
