package io.github.ratelimiter.rules.postgresql;

import io.github.ratelimiter.rules.RuleVersion;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Rules in PostgreSQL 14 or later, which all processes of a fleet share. Immutable and thread-safe.
 *
 * <pre>{@code
 * RuleDatabase database = RuleDatabase.of(dataSource).withSchema("limits");
 * database.migrate();
 * RuleVersion version = database.read();
 * Rules rules = Rules.builder(store).rules(version.rules()).build();
 * RuleDatabaseWatch watch =
 *     database.watch(version, now -> rules.replace(now.rules(), now.author()));
 * }</pre>
 *
 * <p>Each transaction that changes rules makes a revision. Its number is one higher than that of
 * the last. Requests never wait for the database: they are decided by the {@code Rules} in memory.
 *
 * <p>Each method but {@link #watch} takes a connection from the data source, waits for the answer
 * for at most {@link #withTimeout the timeout}, and gives the connection back as it was. How long
 * it waits for the connection is a setting of the data source.
 */
public final class RuleDatabase {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Database database;

  private RuleDatabase(Database database) {
    this.database = database;
  }

  /**
   * Returns the rules of a database, in the schema that a new connection uses, with a timeout of 10
   * seconds. Nothing is read yet.
   *
   * @param dataSource gives connections of the PostgreSQL driver, from a pool or new ones
   * @return the rules
   */
  public static RuleDatabase of(DataSource dataSource) {
    Objects.requireNonNull(dataSource, "dataSource");
    return new RuleDatabase(new Database(dataSource, Optional.empty(), TIMEOUT));
  }

  /**
   * Returns the rules of another schema.
   *
   * @param schema the name of the schema, as it is, without quotes
   * @return the rules
   * @throws IllegalArgumentException if the name is empty
   */
  public RuleDatabase withSchema(String schema) {
    if (schema.isEmpty()) {
      throw new IllegalArgumentException("the name of the schema is empty");
    }
    return new RuleDatabase(
        new Database(database.dataSource(), Optional.of(schema), database.timeout()));
  }

  /**
   * Returns the same rules with another timeout.
   *
   * @param timeout how long an answer of the database may take, from 1 ms to 1 day
   * @return the rules
   * @throws IllegalArgumentException if the timeout is out of range
   */
  public RuleDatabase withTimeout(Duration timeout) {
    if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException("timeout is " + timeout + "; it must be 1 ms to 1 day");
    }
    return new RuleDatabase(new Database(database.dataSource(), database.schema(), timeout));
  }

  /**
   * Makes the schema and the tables, or brings them up to date, for applications that do not use
   * Flyway. All of it happens in one transaction. Processes that do this at once wait for each
   * other, and only the first has anything to do.
   *
   * @return how many migrations were applied; 0 if all of them had been
   * @throws IllegalStateException if the tables were made by another tool, such as Flyway
   * @throws RuleDatabaseException if the database fails
   */
  public int migrate() {
    return database.change(new Database.Author("migration", ""), Migrations::apply);
  }

  /**
   * Reads the rules.
   *
   * @return the rules, with their revision as the number
   * @throws RuleDatabaseException if the database fails, if it has no tables of rules, or if what
   *     is in them is no valid set of rules; the last can happen after a change by hand
   */
  public RuleVersion read() {
    return database.use(Reading::rules);
  }

  /**
   * Watches the rules, until the watch is closed. A change is usually noticed within milliseconds,
   * by a notification of PostgreSQL, and otherwise within a second. The watch holds one connection
   * of the data source.
   *
   * @param current the rules that were read before; the listener is notified if the database has
   *     another revision
   * @param listener notified of changes and of failures
   * @return the watch, which has a daemon thread
   */
  public RuleDatabaseWatch watch(RuleVersion current, RuleDatabaseListener listener) {
    return new RuleDatabaseWatch(database, current.number(), listener);
  }

  /**
   * Watches rules that were not read before, for example because the database was away. The
   * listener is notified of the rules as soon as they can be read.
   *
   * @param listener notified of the rules, of changes and of failures
   * @return the watch, which has a daemon thread
   */
  public RuleDatabaseWatch watch(RuleDatabaseListener listener) {
    return new RuleDatabaseWatch(database, RuleDatabaseWatch.UNKNOWN, listener);
  }

  /**
   * Returns what changes the rules.
   *
   * @param author who changes them, for the history
   * @return an editor
   * @throws IllegalArgumentException if the author is empty
   */
  public RuleEditor editor(String author) {
    return editor(author, "");
  }

  /**
   * Returns what changes the rules.
   *
   * @param author who changes them, for the history
   * @param origin from where, for the audit log, for example the address of a client; empty if it
   *     is not known
   * @return an editor
   * @throws IllegalArgumentException if the author is empty
   */
  public RuleEditor editor(String author, String origin) {
    if (author.isEmpty()) {
      throw new IllegalArgumentException("the author is empty; it must say who makes a change");
    }
    return new RuleEditor(database, new Database.Author(author, origin));
  }

  /**
   * Returns whether all rules are in shadow. A change of that is a revision: ask whenever a watch
   * reports one, and then call {@code Rules.shadowAll}.
   *
   * @return whether nothing is to be refused
   * @throws RuleDatabaseException if the database fails
   */
  public boolean isShadowed() {
    return database.use(Reading::isShadowed);
  }

  /**
   * Returns when rules were made and changed.
   *
   * @return the stamps by the IDs of the rules
   * @throws RuleDatabaseException if the database fails
   */
  public Map<String, RuleStamp> stamps() {
    return database.use(Reading::stamps);
  }

  // --- history ---------------------------------------------------------------------------------

  /**
   * Returns the last versions. The database keeps 100.
   *
   * @param most how many to read at most
   * @return the versions, the newest first
   * @throws RuleDatabaseException if the database fails
   */
  public List<RuleVersion> versions(int most) {
    return database.use(session -> Reading.versions(session, most));
  }

  /**
   * Returns one of these versions.
   *
   * @param number its revision
   * @return empty if there is none, or it is too old
   * @throws RuleDatabaseException if the database fails
   */
  public Optional<RuleVersion> version(long number) {
    return database.use(session -> Reading.version(session, number));
  }

  /**
   * Returns the last changes of anything. The database keeps them for ever.
   *
   * @param most how many to read at most
   * @return the changes, the newest first
   * @throws RuleDatabaseException if the database fails
   */
  public List<AuditEntry> changes(int most) {
    return changes(Long.MAX_VALUE, most);
  }

  /**
   * Returns earlier changes of anything, for the next page.
   *
   * @param before the ID of the entry before which to read
   * @param most how many to read at most
   * @return the changes, the newest first
   * @throws RuleDatabaseException if the database fails
   */
  public List<AuditEntry> changes(long before, int most) {
    return database.use(session -> Reading.changes(session, before, most));
  }

  /**
   * Returns the last changes of a rule and of the overrides of its limits.
   *
   * @param rule the ID of the rule, which may have been deleted
   * @param most how many to read at most
   * @return the changes, the newest first
   * @throws RuleDatabaseException if the database fails
   */
  public List<AuditEntry> changesOf(String rule, int most) {
    return changesOf(rule, Long.MAX_VALUE, most);
  }

  /**
   * Returns earlier changes of a rule and of the overrides of its limits, for the next page.
   *
   * @param rule the ID of the rule, which may have been deleted
   * @param before the ID of the entry before which to read
   * @param most how many to read at most
   * @return the changes, the newest first
   * @throws RuleDatabaseException if the database fails
   */
  public List<AuditEntry> changesOf(String rule, long before, int most) {
    return database.use(session -> Reading.changesOf(session, rule, before, most));
  }

  /**
   * Returns the users with a tier or with limits of their own.
   *
   * @return what reads and changes them
   */
  public UserDatabase users() {
    return new UserDatabase(database);
  }

  /**
   * Returns how many users have each tier. This reads all of them.
   *
   * @return numbers of users by the names of tiers
   * @throws RuleDatabaseException if the database fails
   */
  public Map<String, Long> tierSizes() {
    return database.use(UserTiers::count);
  }

  /**
   * Returns the tier of a user. This is a query for each call: ask when a user logs in, and not for
   * each request.
   *
   * @param user the user
   * @return the tier; empty if none is set
   * @throws RuleDatabaseException if the database fails
   */
  public Optional<String> tierOf(String user) {
    return database.use(session -> UserTiers.find(session, user));
  }

  /** For tests. */
  Database where() {
    return database;
  }

  /** Returns where the rules are. */
  @Override
  public String toString() {
    return "rules in " + database;
  }
}
