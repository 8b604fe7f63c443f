package io.github.ratelimiter.rules;

import io.github.ratelimiter.store.StoreMemory;
import java.time.Duration;

/**
 * Notified of what happens to rules, on the thread that causes it. An exception is logged and does
 * no harm. Implementations must be thread-safe and should not block.
 */
public interface RulesListener {
  /**
   * Rules were put into force.
   *
   * @param before the version before
   * @param now the new version
   */
  default void changed(RuleVersion before, RuleVersion now) {}

  /**
   * Rules could not be read, so the rules in force stay.
   *
   * @param reason what is wrong; for a file, an exception with all mistakes
   */
  default void rejected(RuntimeException reason) {}

  /**
   * A client is banned, because it was refused repeatedly.
   *
   * @param rule the ID of the rule
   * @param key the key, which may contain personal data
   * @param duration the length of the ban
   */
  default void banned(String rule, String key, Duration duration) {}

  /**
   * A client requested what no honest client requests. It is refused and banned. During the ban,
   * this process does not notify of the same client again.
   *
   * @param trap the pattern of the path, or {@code api-key} or {@code user}
   * @param client the key of the client's network, for example {@code ip:192.0.2.1}; {@code
   *     unknown} if its address is not known, and then it is refused and not banned
   * @param ban the length of the ban; zero if there is none, as while all rules are in shadow
   */
  default void trapped(String trap, String client, Duration ban) {}

  /**
   * A network exceeds the bound of new keys. Notified at most once a minute for a network.
   *
   * @param network the key of the network, for example {@code ip:192.0.2.1}
   */
  default void flooded(String network) {}

  /**
   * New keys are refused, because too much of the store's memory is in use. Notified at most once a
   * minute.
   *
   * @param memory the memory
   */
  default void shortOfMemory(StoreMemory memory) {}
}
