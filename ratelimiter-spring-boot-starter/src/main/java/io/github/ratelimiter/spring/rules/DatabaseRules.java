package io.github.ratelimiter.spring.rules;

import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.RuleVersion;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.rules.postgresql.RuleDatabase;
import io.github.ratelimiter.rules.postgresql.RuleDatabaseException;
import io.github.ratelimiter.rules.postgresql.RuleDatabaseListener;
import io.github.ratelimiter.rules.postgresql.RuleDatabaseWatch;
import io.github.ratelimiter.spring.RateLimiterProperties;
import io.github.ratelimiter.spring.failure.InvalidSettingException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules in the database of the application. */
final class DatabaseRules implements RulesSource {
  /** What is in force from the start. */
  private final RuleVersion version;

  private final RuleDatabase database;
  private volatile @Nullable SourceState state;

  private DatabaseRules(RuleDatabase database, RuleVersion version) {
    this.database = database;
    this.version = version;
  }

  /**
   * Reads the rules, after it has made the tables if the settings say so.
   *
   * @throws InvalidSettingException if they cannot be read
   */
  static DatabaseRules of(RuleDatabase database, RateLimiterProperties.RulesDatabase settings) {
    try {
      if (settings.migrate()) {
        database.migrate();
      }
      return new DatabaseRules(database, database.read());
    } catch (RuleDatabaseException e) {
      throw InvalidSettingException.of(
          "The rules cannot be read: " + e.getMessage(),
          "An application without its rules would limit nothing, so it does not start. Correct the"
              + " database, or remove the property ratelimiter.rules.database.enabled.");
    }
  }

  @Override
  public RuleSet read() {
    return version.rules();
  }

  /** Puts each later revision into force. */
  RuleDatabaseWatch follow(Rules rules) {
    state = inForce();
    return database.watch(
        version,
        new RuleDatabaseListener() {
          @Override
          public void changed(RuleVersion now) {
            rules.replace(now.rules(), now.author());
          }

          @Override
          public void failed(RuleDatabaseException failure) {
            state =
                SourceState.failed(
                    name(), Instant.now(), List.of(String.valueOf(failure.getMessage())));
            rules.reject(failure);
          }

          @Override
          public void recovered() {
            state = inForce();
          }
        });
  }

  private SourceState inForce() {
    return SourceState.of(name(), SourceState.IN_FORCE);
  }

  private String name() {
    return database.toString();
  }

  @Override
  public @Nullable SourceState state() {
    return state;
  }

  /** Returns the name of the database. */
  @Override
  public String toString() {
    return name();
  }
}
