package io.github.ratelimiter.server.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.RuleVersion;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.rules.file.RuleFileException;
import io.github.ratelimiter.rules.postgresql.RuleConflictException;
import io.github.ratelimiter.rules.postgresql.RuleDatabase;
import io.github.ratelimiter.rules.postgresql.RuleDatabaseException;
import io.github.ratelimiter.rules.postgresql.RuleDatabaseListener;
import io.github.ratelimiter.rules.postgresql.RuleDatabaseWatch;
import io.github.ratelimiter.server.config.ConfigException;
import io.github.ratelimiter.server.config.DatabaseAddress;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the rules of PostgreSQL into force, and every change of them. While PostgreSQL is away, the
 * rules before stay in force, and checks do not wait for it. Thread-safe.
 */
public final class SharedRules implements AutoCloseable {
  /**
   * What surrounds the rules of the database.
   *
   * @param seed the rules for a database that has never had any
   * @param seedName where the seed comes from
   * @param complete adds to the rules of the database what they do not have
   * @param shadow receives whether all rules are in shadow
   */
  public record Surroundings(
      Optional<RuleSet> seed,
      String seedName,
      UnaryOperator<RuleSet> complete,
      Consumer<Boolean> shadow) {}

  private static final Logger LOG = LoggerFactory.getLogger(SharedRules.class);

  private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);
  private static final long PAUSE_MILLIS = 500;
  private static final int CONNECTIONS = 6;

  /** The states of SQL of a wrong login and of a database that does not exist. */
  private static final String LOGIN = "28";

  private static final String NO_DATABASE = "3D000";

  /** The states of a privilege that is missing, and of a transaction that may only read. */
  private static final Set<String> NO_WRITES = Set.of("42501", "25006");

  /** The revision of tables that were just made. */
  private static final long FIRST_REVISION = 1;

  private final DatabaseAddress address;
  private final Rules rules;
  private final Surroundings surroundings;
  private final HikariDataSource pool;
  private final RuleDatabase database;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicLong failures = new AtomicLong();
  private volatile boolean connected;
  private volatile @Nullable RuleDatabaseWatch watch;

  private SharedRules(DatabaseAddress address, Rules rules, Surroundings surroundings) {
    this.address = address;
    this.rules = rules;
    this.surroundings = surroundings;
    this.pool = new HikariDataSource(pool(address));
    this.database = RuleDatabase.of(pool).withTimeout(ANSWER_TIMEOUT);
  }

  private static HikariConfig pool(DatabaseAddress address) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("rules");
    config.setDataSource(address.dataSource());
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(CONNECTION_TIMEOUT.toMillis());
    config.setValidationTimeout(CONNECTION_TIMEOUT.toMillis() / 2);
    // The service starts without the database.
    config.setInitializationFailTimeout(-1);
    return config;
  }

  /**
   * Follows the rules of a database. If it is away, this is tried again until it is there.
   *
   * @param rules follow the database until the result is closed
   * @throws ConfigException if the database refuses the login, or there is no such database
   */
  public static SharedRules follow(
      DatabaseAddress address, Rules rules, Surroundings surroundings) {
    SharedRules shared = new SharedRules(address, rules, surroundings);
    try {
      shared.connect();
    } catch (SQLException e) {
      if (isMistake(e)) {
        shared.close();
        throw new ConfigException("--postgres: " + e.getMessage());
      }
      shared.connectLater(e);
    } catch (RuleDatabaseException e) {
      shared.connectLater(e);
    } catch (RuntimeException e) {
      shared.close();
      throw e;
    }
    return shared;
  }

  private static boolean isMistake(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith(LOGIN) || state.equals(NO_DATABASE));
  }

  private void connectLater(Exception failure) {
    failures.incrementAndGet();
    LOG.atWarn()
        .setCause(failure)
        .log("{} is away; the service starts with other rules, and tries again", address);
    Thread thread = new Thread(null, this::tryToConnect, "ratelimiter-database", 0, false);
    thread.setDaemon(true);
    thread.start();
  }

  private void tryToConnect() {
    while (closed.getCount() > 0) {
      try {
        connect();
        return;
      } catch (SQLException | RuntimeException e) { // Whatever it is, it may be over the next time.
        failures.incrementAndGet();
        LOG.atDebug().setCause(e).log("{} is still away", address);
      }
      if (!paused()) {
        return;
      }
    }
  }

  private void connect() throws SQLException {
    probe();
    migrate();
    try {
      RuleVersion version = seeded(database.read());
      apply(version);
      follow(version);
    } catch (RuleDatabaseException e) {
      if (!isInvalid(e)) {
        throw e;
      }
      follow(null); // The watch reports it, and goes on when somebody has repaired the rules.
    }
    connected = true;
    LOG.info("Rules are in {}", address);
  }

  /** Fails at once if the database is away. The pool would try for some time. */
  private void probe() throws SQLException {
    address.dataSource().getConnection().close();
  }

  private void follow(@Nullable RuleVersion version) {
    RuleDatabaseListener listener = new Follower();
    RuleDatabaseWatch started =
        version == null ? database.watch(listener) : database.watch(version, listener);
    watch = started;
    if (closed.getCount() == 0) {
      started.close();
    }
  }

  private void migrate() {
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
  private RuleVersion seeded(RuleVersion version) {
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

  private void apply(RuleVersion version) {
    rules.replace(surroundings.complete().apply(version.rules()), version.author());
    applyShadow();
  }

  /** The switch must not be missed, so this is tried until it is known. */
  private void applyShadow() {
    while (closed.getCount() > 0) {
      try {
        surroundings.shadow().accept(database.isShadowed());
        return;
      } catch (RuleDatabaseException e) {
        failures.incrementAndGet();
        connected = false;
        if (!paused()) {
          return;
        }
      }
    }
  }

  /** Returns false if the thread is to end. */
  private boolean paused() {
    try {
      return !closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }

  private static boolean isInvalid(RuleDatabaseException failure) {
    return failure.getCause() instanceof RuleFileException;
  }

  private final class Follower implements RuleDatabaseListener {
    @Override
    public void changed(RuleVersion version) {
      apply(version);
      connected = true;
    }

    @Override
    public void failed(RuleDatabaseException failure) {
      failures.incrementAndGet();
      if (isInvalid(failure)) {
        rules.reject(failure);
      } else {
        connected = false;
      }
    }

    @Override
    public void recovered() {
      applyShadow();
      connected = true;
    }
  }

  /**
   * Returns the database.
   *
   * @throws DatabaseAwayException if it is known to be away, so that nobody waits for it
   */
  public RuleDatabase database() {
    if (!connected) {
      throw new DatabaseAwayException();
    }
    return database;
  }

  /** Returns whether the database could be read at the last attempt. */
  public boolean isConnected() {
    return connected;
  }

  /** Returns how often the database could not be read, or had rules that are not valid. */
  public long failures() {
    return failures.get();
  }

  /** Ends it. The rules in force stay. */
  @Override
  public void close() {
    closed.countDown();
    RuleDatabaseWatch started = watch;
    if (started != null) {
      started.close();
    }
    pool.close();
  }

  /** Returns where the rules are. */
  @Override
  public String toString() {
    return "rules in " + address;
  }
}
