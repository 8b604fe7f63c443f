package io.github.ratelimiter.rules;

import io.github.ratelimiter.Key;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Chooses the keys to which a rule with a percentage applies. The choice is the same in every
 * process and at every time, differs from rule to rule, and a key that is chosen stays chosen when
 * the percentage grows.
 */
final class Rollout {
  private static final int HUNDRED = 100;

  private Rollout() {}

  static boolean includes(Rule rule, Key key) {
    return rule.percent() == HUNDRED || bucket(rule.id(), key.text()) < rule.percent();
  }

  private static int bucket(String rule, String key) {
    CRC32 hash = new CRC32();
    hash.update(rule.getBytes(StandardCharsets.UTF_8));
    hash.update(0);
    hash.update(key.getBytes(StandardCharsets.UTF_8));
    return (int) (hash.getValue() % HUNDRED);
  }
}
