package io.github.ratelimiter.server.stats;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.rules.postgresql.RuleDatabase;
import io.github.ratelimiter.server.TestPostgres;
import io.github.ratelimiter.server.check.CheckResult;
import io.github.ratelimiter.server.check.CheckedRequest;
import io.github.ratelimiter.server.config.DatabaseAddress;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Statistics in PostgreSQL")
class StatsTableTest {
  private static final long MINUTE = 60_000_000;
  private static final AtomicLong FIRST_MINUTE = new AtomicLong(1_000_000);

  private static DataSource database;

  private final StatsTable one = new StatsTable(database);
  private final StatsTable other = new StatsTable(database);

  /** Each test has minutes of its own. */
  private final long minute = FIRST_MINUTE.getAndAdd(1_000);

  private final MinuteRange range = new MinuteRange(minute, minute + 999);

  @BeforeAll
  static void start() {
    database = newDatabase();
  }

  private static DataSource newDatabase() {
    DataSource made = DatabaseAddress.parse(TestPostgres.newDatabase(), null, null).dataSource();
    RuleDatabase.of(made).migrate();
    return made;
  }

  private static MinuteRow row(long minute, String user, int rejected) {
    MinuteCounts counts = new MinuteCounts(minute);
    for (int i = 0; i < rejected; i++) {
      counts.add(
          new CountedCheck(minute * MINUTE, Optional.of(user), "/" + user, Outcome.REJECTED));
    }
    return MinuteRow.of(counts);
  }

  @Test
  @DisplayName("count a minute once, also if it is stored again because the result was not known")
  void twice() throws SQLException {
    one.write(row(minute, "42", 3));
    one.write(row(minute, "42", 3));
    other.write(row(minute, "42", 2));
    assertThat(one.sums(range, List.of()).rejected()).isEqualTo(5);
    assertThat(one.of("42", range, List.of())).isEqualTo(new UserSums(0, 5, 0));
    assertThat(one.of("42", range, List.of(minute))).isEqualTo(new UserSums(0, 2, 0));
    assertThat(one.sums(range, List.of()).users().most(1))
        .containsExactly(new GlobalStats.Limited("42", 5, 0));
  }

  @Test
  @DisplayName("store names that PostgreSQL cannot store, with another character")
  void names() throws SQLException {
    for (String name :
        List.of("a\0b", "\uD800", "é".repeat(MinuteCounts.LONGEST_NAME - 1), "'\"\\")) {
      one.write(row(minute + name.hashCode() % 100 + 100, name, 1));
    }
    assertThat(one.sums(range, List.of()).rejected()).isEqualTo(4);
    assertThat(one.of("a\0b", range, List.of()).rejected()).isEqualTo(1);
  }

  @Test
  @DisplayName("bound the errors of names over instances, minutes, and more names than are read")
  void bounds() throws SQLException {
    for (int part = 0; part < 15; part++) {
      MinuteCounts counts = new MinuteCounts(minute + part);
      for (int i = 0; i < 400; i++) {
        String user = i % 4 == 0 ? "often" : "user" + part + "-" + i;
        counts.add(new CountedCheck(0, Optional.of(user), "/", Outcome.REJECTED));
      }
      (part % 2 == 0 ? one : other).write(MinuteRow.of(counts));
    }
    GlobalStats.Limited often = one.sums(range, List.of()).users().most(1).get(0);
    assertThat(often.name()).isEqualTo("often");
    assertThat(often.rejected()).isGreaterThanOrEqualTo(1_500);
    assertThat(often.rejected() - often.error()).isLessThanOrEqualTo(1_500);
    assertThat(often.error()).isLessThanOrEqualTo(15 * 400 / MinuteCounts.COUNTERS);
  }

  @Test
  @DisplayName("are removed when they are old, and what is known of a user when he is deleted")
  void removed() throws SQLException {
    DataSource own = newDatabase(); // Removes what others have written.
    StatsTable one = new StatsTable(own);
    StatsTable other = new StatsTable(own);
    one.write(row(minute, "42", 3));
    one.write(row(minute + 1, "42", 3));
    one.write(row(minute + 1, "7", 1));
    other.write(row(minute + 1, "7", 1));
    one.removeBefore(MinuteRange.start(minute + 1));
    assertThat(one.sums(range, List.of()).rejected()).isEqualTo(4);
    one.forget("42", "somebody");
    assertThat(one.of("42", range, List.of())).isEqualTo(UserSums.NONE);
    assertThat(one.sums(range, List.of()).rejected()).isEqualTo(4);
    assertThat(one.sums(range, List.of()).users().most(5))
        .containsExactly(
            new GlobalStats.Limited("somebody", 3, 0), new GlobalStats.Limited("7", 1, 0));
  }

  @Test
  @DisplayName("do not make checks wait while PostgreSQL is slow, and wait themselves")
  void slow() {
    CountDownLatch answers = new CountDownLatch(1);
    DataSource slow =
        (DataSource)
            Proxy.newProxyInstance(
                DataSource.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, args) -> {
                  answers.await();
                  return method.invoke(database, args);
                });
    AtomicLong now = new AtomicLong(minute * MINUTE);
    Statistics statistics =
        new Statistics(
            now::get,
            (request, result) -> "",
            Optional.of(new StatsTable(slow)),
            Duration.ofDays(3_650));
    CheckResult allowed = new CheckResult(Optional.empty(), Optional.empty(), Map.of());
    for (int i = 0; i < 100; i++) {
      now.addAndGet(MINUTE / 10);
      statistics.checked(CheckedRequest.of("42", "/"), allowed);
    }
    eventually("minutes wait").until(() -> statistics.waiting() == 11);
    assertThat(statistics.dropped()).isZero();
    answers.countDown();
    statistics.close();
    Instant from = MinuteRange.start(minute);
    Statistics later =
        new Statistics(now::get, (request, result) -> "", Optional.of(one), Duration.ofDays(3_650));
    assertThat(later.global(from, from.plusSeconds(6_000), 1).allowed()).isEqualTo(100);
    assertThat(later.user("42", Duration.ofHours(1)).allowed()).isEqualTo(100);
    later.close();
  }
}
