package io.github.ratelimiter.server.admin;

import io.github.ratelimiter.Key;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.KeyPart.Kind;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.server.stats.Statistics;
import io.github.ratelimiter.server.users.UserStoreException;
import io.github.ratelimiter.server.users.Users;
import io.github.ratelimiter.store.StateStore;
import java.util.List;
import java.util.stream.Stream;

/** All that the service keeps of a user. Thread-safe. */
public final class UserData {
  private final Users users;
  private final Statistics statistics;
  private final Rules rules;
  private final StateStore usage;

  /** Creates it. */
  public UserData(Users users, Statistics statistics, Rules rules, StateStore usage) {
    this.users = users;
    this.statistics = statistics;
    this.rules = rules;
    this.usage = usage;
  }

  /**
   * What was removed.
   *
   * @param existed whether the user was stored
   * @param rules the rules that counted the user alone, and count him from the start
   */
  public record Removed(boolean existed, List<String> rules) {}

  /**
   * Removes what is stored about a user. Keys that have the user and something else, such as an
   * endpoint, expire by themselves. The audit log stays.
   *
   * @throws UserStoreException if a part of it cannot be removed; it may be tried again
   */
  public Removed remove(String user, String author) {
    boolean existed = users.delete(user, author);
    String key = Key.user(user).text();
    RuleSet set = rules.version().rules();
    List<Rule> counting =
        Stream.concat(set.rules().stream(), set.defaultRule().stream())
            .filter(UserData::countsUserAlone)
            .toList();
    try {
      counting.forEach(rule -> RateLimiter.of(rule.policy(), usage).reset(key));
      statistics.forget(user);
    } catch (StoreException | IllegalStateException e) {
      throw new UserStoreException(
          "a part of the user could not be removed; send the same call again", e);
    }
    return new Removed(existed, counting.stream().map(Rule::id).toList());
  }

  private static boolean countsUserAlone(Rule rule) {
    return rule.key().equals(List.of(new KeyPart(Kind.USER)))
        || rule.key().equals(List.of(new KeyPart(Kind.CLIENT)));
  }
}
