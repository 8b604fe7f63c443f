package io.github.ratelimiter.server.database;

import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.RuleVersion;
import io.github.ratelimiter.rules.postgresql.RuleConflictException;
import io.github.ratelimiter.rules.postgresql.RuleDatabase;
import io.github.ratelimiter.rules.postgresql.RuleDatabaseException;
import io.github.ratelimiter.server.config.DatabaseAddress;
import io.github.ratelimiter.server.database.SharedRules.Surroundings;
import java.sql.SQLException;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an instance does when it reaches the database: it makes the tables, and fills them once. */
final class DatabaseStart {
  private static final Logger LOG = LoggerFactory.getLogger(SharedRules.class);

  /** The states of a privilege that is missing, and of a transaction that may only read. */
  private static final Set<String> NO_WRITES = Set.of("42501", "25006");

  /** The revision of tables that were just made. */
  private static final long FIRST_REVISION = 1;

  private final DatabaseAddress address;
  private final RuleDatabase database;
  private final Surroundings surroundings;

  DatabaseStart(DatabaseAddress address, RuleDatabase database, Surroundings surroundings) {
    this.address = address;
    this.database = database;
    this.surroundings = surroundings;
  }

  void migrate() {
    try {
      int applied = database.migrate();
      if (applied > 0) {
        LOG.info("{}: {} migrations were applied", address, applied);
      }
    } catch (IllegalStateException e) { // Flyway has made them.
      LOG.info("{}: no migration: {}", address, e.getMessage());
    } catch (RuleDatabaseException e) {
      if (!mayNotWrite(e)) {
        throw e;
      }
      LOG.info("{}: no migration: the user may not make tables", address);
    }
  }

  /** Somebody else may have made the tables, or this may be a copy that is only read. */
  private static boolean mayNotWrite(RuleDatabaseException e) {
    return e.getCause() instanceof SQLException cause
        && cause.getSQLState() != null
        && NO_WRITES.contains(cause.getSQLState());
  }

  /** Only the first instance finds a database that has never had rules. */
  RuleVersion seeded(RuleVersion version) {
    RuleSet seed = surroundings.seed().orElse(version.rules());
    if (version.number() == FIRST_REVISION && !seed.equals(version.rules())) {
      try {
        RuleVersion first =
            database
                .editor("ratelimiter-server", surroundings.seedName())
                .replace(seed, FIRST_REVISION);
        LOG.info("The rules of {} are now in {}", surroundings.seedName(), address);
        return first;
      } catch (RuleConflictException e) {
        return database.read();
      }
    }
    if (!seed.equals(version.rules())) {
      LOG.warn("{} has rules; those of {} do not count", address, surroundings.seedName());
    }
    return version;
  }
}
