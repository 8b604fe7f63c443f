package io.github.ratelimiter.examples.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** What the specification does not test: the table, the deadline, failures, several processes. */
class PostgresStateStoreTest {
  private static final int CONNECTIONS = 8;
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Policy POLICY = Policy.parse("test", "3/h");

  private static Postgres postgres;

  private PostgresStateStore store;

  @BeforeAll
  static void start() throws SQLException {
    postgres = Postgres.start(CONNECTIONS);
  }

  @AfterAll
  static void stop() throws IOException {
    if (postgres != null) {
      postgres.close();
    }
  }

  @BeforeEach
  void open() throws SQLException {
    postgres.execute("TRUNCATE rate_limit");
    store = new PostgresStateStore(postgres.database(), CONNECTIONS, LONG);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static Decision decide(PostgresStateStore store, Request request) {
    return store.decide(request).toCompletableFuture().join();
  }

  private Decision acquire(String key, long permits) {
    return decide(store, new Request.Acquire(key, POLICY, permits));
  }

  private static StoreException failure(Supplier<?> call) {
    CompletionException e = catchThrowableOfType(CompletionException.class, call::get);
    assertThat(e).hasCauseInstanceOf(StoreException.class);
    return (StoreException) e.getCause();
  }

  private static String query(String sql) throws SQLException {
    try (Connection connection = postgres.database().getConnection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? result.getString(1) : "no row";
    }
  }

  @Test
  @DisplayName("a limiter uses it like any other store")
  void limiter() throws Exception {
    DataSource pool = postgres.database();
    PostgresStateStore store = new PostgresStateStore(pool, 8, Duration.ofSeconds(10));
    RateLimiter limiter = RateLimiter.of("login", "5/min", store);
    assertThat(limiter.tryAcquire("ann").remaining()).isEqualTo(4);
    assertThat(limiter.async().tryAcquire("ann", 5).get(60, TimeUnit.SECONDS).allowed()).isFalse();
    store.close();
  }

  @Test
  @DisplayName("callers of several processes together get exactly the limit of one key")
  void concurrentCallers() throws Exception {
    Policy policy = Policy.parse("hot", "100/h; sliding-log 60/h");
    AtomicInteger granted = new AtomicInteger();
    ExecutorService callers = Executors.newFixedThreadPool(CONNECTIONS);
    PostgresStateStore other = new PostgresStateStore(postgres.database(), 2, LONG);
    List<Future<?>> calls = new ArrayList<>();
    for (int caller = 0; caller < CONNECTIONS; caller++) {
      PostgresStateStore process = caller % 2 == 0 ? store : other;
      calls.add(
          callers.submit(
              () -> {
                for (int i = 0; i < 20; i++) {
                  Request request = new Request.Acquire("hot", policy, 1);
                  granted.addAndGet(decide(process, request).allowed() ? 1 : 0);
                }
              }));
    }
    for (Future<?> call : calls) {
      call.get(LONG.toSeconds(), TimeUnit.SECONDS);
    }
    callers.shutdown();
    other.close();
    assertThat(granted).hasValue(60);
  }

  @Test
  @DisplayName("a row expires when all permits are available again; a refusal does not write it")
  void rows() throws SQLException {
    acquire("k", 2);
    String minutes = "SELECT round(extract(epoch FROM expires_at - now()) / 60) FROM rate_limit";
    assertThat(query(minutes)).isEqualTo("40");
    String version = query("SELECT xmin FROM rate_limit");
    assertThat(acquire("k", 2).allowed()).isFalse();
    assertThat(query("SELECT xmin FROM rate_limit")).isEqualTo(version);
    decide(store, new Request.Peek("new", POLICY, 1));
    acquire("new", 4);
    assertThat(query("SELECT count(*) FROM rate_limit")).isEqualTo("1");
    decide(store, new Request.Reset("k", POLICY));
    assertThat(query("SELECT count(*) FROM rate_limit")).isEqualTo("0");
  }

  @Test
  @DisplayName("expired rows are removed an hour later, and a decision ignores them")
  void expired() throws SQLException {
    acquire("k", 3);
    acquire("l", 3);
    postgres.execute(
        "UPDATE rate_limit SET expires_at = now() - interval '61 min' WHERE key = 'k'");
    postgres.execute(
        "UPDATE rate_limit SET expires_at = now() - interval '59 min' WHERE key = 'l'");
    assertThat(store.removeExpired()).isEqualTo(1);
    assertThat(query("SELECT key FROM rate_limit")).isEqualTo("l");
    assertThat(acquire("k", 3).allowed()).isTrue();
  }

  @Test
  @DisplayName("a request that waits for a row until its deadline is not carried out")
  void deadline() throws SQLException {
    acquire("k", 1);
    try (Connection connection = postgres.database().getConnection()) {
      connection.setAutoCommit(false);
      connection.createStatement().execute("SELECT * FROM rate_limit FOR UPDATE");
      Deadline soon = Deadline.after(Duration.ofMillis(300), TimeSource.system());
      StoreException late =
          failure(
              () ->
                  store
                      .decide(new Request.Acquire("k", POLICY, 1), soon)
                      .toCompletableFuture()
                      .join());
      assertThat(late).isInstanceOf(StoreTimeoutException.class);
      assertThat(late.mayHaveRun()).isFalse();
      assertThat(soon.hasPassed()).isTrue();
      connection.rollback();
    }
    assertThat(acquire("k", 1).remaining()).isEqualTo(1);
  }

  @Test
  @DisplayName("a server that cannot be reached is an outage")
  void unreachable() {
    PGSimpleDataSource nowhere = new PGSimpleDataSource();
    nowhere.setPortNumbers(new int[] {1});
    try (PostgresStateStore lost = new PostgresStateStore(nowhere, 1, LONG)) {
      StoreException e = failure(() -> decide(lost, new Request.Acquire("k", POLICY, 1)));
      assertThat(e).isInstanceOf(StoreUnavailableException.class);
      assertThat(e.mayHaveRun()).isFalse();
    }
  }

  @Test
  @DisplayName("a connection that breaks in the commit may have committed")
  void brokenCommit() {
    DataSource breaking = Watched.breaking(postgres.database(), "commit", true);
    try (PostgresStateStore lost = new PostgresStateStore(breaking, 1, LONG)) {
      StoreException e = failure(() -> decide(lost, new Request.Acquire("k", POLICY, 1)));
      assertThat(e).isInstanceOf(StoreUnavailableException.class);
      assertThat(e.mayHaveRun()).isTrue();
    }
    assertThat(acquire("k", 1).remaining()).as("it was committed").isEqualTo(1);
    DataSource before = Watched.breaking(postgres.database(), "prepareStatement", false);
    try (PostgresStateStore lost = new PostgresStateStore(before, 1, LONG)) {
      StoreException e = failure(() -> decide(lost, new Request.Acquire("k", POLICY, 1)));
      assertThat(e).isInstanceOf(StoreUnavailableException.class);
      assertThat(e.mayHaveRun()).isFalse();
    }
  }

  @Test
  @DisplayName("a missing table and a row that cannot be read are no outages")
  void misconfigured() throws SQLException {
    acquire("k", 1);
    postgres.execute("UPDATE rate_limit SET state = '\\x02'");
    StoreException unreadable = failure(() -> acquire("k", 1));
    assertThat(unreadable)
        .isInstanceOf(StoreMisconfiguredException.class)
        .hasMessageContaining("a row cannot be read: the state has format 2");
    assertThat(query("SELECT state FROM rate_limit")).isEqualTo("\\x02");
    postgres.execute("ALTER TABLE rate_limit RENAME TO away");
    StoreException missing = failure(() -> acquire("k", 1));
    postgres.execute("ALTER TABLE away RENAME TO rate_limit");
    assertThat(missing).isInstanceOf(StoreMisconfiguredException.class);
    assertThat(missing.mayHaveRun()).isFalse();
  }

  @Test
  @DisplayName("all work is done on threads of the store")
  void threads() {
    ConcurrentLinkedQueue<String> threads = new ConcurrentLinkedQueue<>();
    DataSource watched =
        Watched.proxy(
            DataSource.class,
            postgres.database(),
            (method, work) -> {
              threads.add(Thread.currentThread().getName());
              return work.get();
            });
    try (PostgresStateStore own = new PostgresStateStore(watched, 2, LONG)) {
      decide(own, new Request.Acquire("k", POLICY, 1));
    }
    assertThat(threads).containsOnly("rate-limiter-postgres");
  }

  @Test
  @DisplayName("keys that PostgreSQL would refuse have a hash, and no other key has the same text")
  void columns() {
    assertThat(KeyRow.column("user:42")).isEqualTo("user:42");
    assertThat(KeyRow.column("a\0b")).startsWith("#").hasSize(65);
    assertThat(List.of("\uD800", "\uD801", "#", "x".repeat(201)))
        .extracting(KeyRow::column)
        .allMatch(column -> column.startsWith("#"))
        .doesNotHaveDuplicates();
  }
}
