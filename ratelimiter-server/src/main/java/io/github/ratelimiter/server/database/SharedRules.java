package io.github.ratelimiter.server.database;

import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.RuleVersion;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.rules.file.RuleFileException;
import io.github.ratelimiter.rules.postgresql.RuleDatabase;
import io.github.ratelimiter.rules.postgresql.RuleDatabaseException;
import io.github.ratelimiter.rules.postgresql.RuleDatabaseListener;
import io.github.ratelimiter.rules.postgresql.RuleDatabaseWatch;
import io.github.ratelimiter.server.config.ConfigException;
import io.github.ratelimiter.server.config.DatabaseAddress;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
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

  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);
  private static final long PAUSE_MILLIS = 500;

  /** The states of SQL of a wrong login and of a database that does not exist. */
  private static final String LOGIN = "28";

  private static final String NO_DATABASE = "3D000";

  private final DatabaseAddress address;
  private final Rules rules;
  private final Surroundings surroundings;
  private final DatabasePool pool;
  private final RuleDatabase database;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicLong failures = new AtomicLong();
  private volatile boolean connected;
  private volatile @Nullable RuleDatabaseWatch watch;

  private SharedRules(DatabaseAddress address, Rules rules, Surroundings surroundings) {
    this.address = address;
    this.rules = rules;
    this.surroundings = surroundings;
    this.pool = DatabasePool.forRules(address);
    this.database = RuleDatabase.of(pool.dataSource()).withTimeout(ANSWER_TIMEOUT);
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
    DatabaseStart start = new DatabaseStart(address, database, surroundings);
    start.migrate();
    try {
      RuleVersion version = start.seeded(database.read());
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
