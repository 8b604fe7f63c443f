package io.github.ratelimiter.server.stats;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.http.ProblemType;
import io.github.ratelimiter.http.Refusal;
import io.github.ratelimiter.server.check.CheckResult;
import io.github.ratelimiter.server.check.CheckedRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Statistics of one instance")
class StatisticsTest {
  private static final CheckResult ALLOWED =
      new CheckResult(Optional.empty(), Optional.empty(), Map.of());
  private static final CheckResult REJECTED = refused(ProblemType.QUOTA_EXCEEDED);
  private static final CheckResult NOT_DECIDED = refused(ProblemType.TEMPORARY_REDUCED_CAPACITY);
  private static final long MINUTE = 60_000_000;

  private static CheckResult refused(ProblemType type) {
    return new CheckResult(
        Optional.empty(),
        Optional.of(new Refusal(type, Optional.empty(), List.of(), Optional.empty())),
        Map.of());
  }

  private final AtomicLong now = new AtomicLong(1_000_000 * MINUTE);
  private final Statistics statistics =
      new Statistics(
          now::get, (request, result) -> request.path(), Optional.empty(), Duration.ofDays(1));
  private long sent;

  @AfterEach
  void close() {
    statistics.close();
  }

  /** Waits now and then, so that none is dropped. */
  private void check(String user, String path, CheckResult result) {
    statistics.checked(CheckedRequest.of(user, path), result);
    if (++sent % 5_000 == 0) {
      counted();
    }
  }

  private void counted() {
    eventually("all checks are counted")
        .until(
            () -> {
              GlobalStats all = all();
              return all.allowed() + all.rejected() + all.errors() == sent;
            });
  }

  private GlobalStats all() {
    return statistics.global(Instant.EPOCH, instant().plus(Duration.ofDays(1)), 10);
  }

  private Instant instant() {
    return Instant.ofEpochSecond(now.get() / 1_000_000);
  }

  @Test
  @DisplayName("have the checks of all, and those of a user in a window")
  void totals() {
    check("42", "/a", ALLOWED);
    check("42", "/a", REJECTED);
    check("7", "/b", NOT_DECIDED);
    counted();
    GlobalStats all = all();
    assertThat(all.allowed()).isEqualTo(1);
    assertThat(all.rejected()).isEqualTo(1);
    assertThat(all.errors()).isEqualTo(1);
    assertThat(all.rejectionRate()).isEqualTo(0.5);
    assertThat(all.users()).containsExactly(new GlobalStats.Limited("42", 1, 0));
    assertThat(all.endpoints()).containsExactly(new GlobalStats.Limited("/a", 1, 0));
    assertThat(all.everywhere()).isFalse();
    now.addAndGet(30 * MINUTE);
    check("42", "/a", ALLOWED);
    counted();
    UserStats recent = statistics.user("42", Duration.ofMinutes(10));
    assertThat(List.of(recent.allowed(), recent.rejected())).containsExactly(1L, 0L);
    UserStats hour = statistics.user("42", Duration.ofHours(1));
    assertThat(List.of(hour.allowed(), hour.rejected(), hour.error())).containsExactly(2L, 1L, 0L);
    assertThat(statistics.user("nobody", Duration.ofHours(1)).allowed()).isZero();
  }

  @Test
  @DisplayName("do not begin before what is known, and say so")
  void begin() {
    check("42", "/a", ALLOWED);
    now.addAndGet(181 * MINUTE);
    check("42", "/a", ALLOWED);
    eventually("the second is counted").until(() -> all().allowed() == 1);
    GlobalStats all = all();
    assertThat(Duration.between(all.from(), instant())).isLessThanOrEqualTo(Duration.ofHours(3));
    assertThat(all.dropped()).isZero();
  }

  @Test
  @DisplayName("need bounded memory for many users and endpoints, and bound the error")
  void flood() {
    for (int i = 0; i < 1_000; i++) {
      check("first" + i, "/x", ALLOWED);
    }
    for (int i = 0; i < 40_000; i++) {
      check("user" + i, "/path" + i, REJECTED);
      if (i % 20 == 0) {
        check("attacker", "/login", REJECTED);
      }
    }
    counted();
    GlobalStats all = all();
    assertThat(all.users().get(0).name()).isEqualTo("attacker");
    assertThat(all.endpoints().get(0).name()).isEqualTo("/login");
    GlobalStats.Limited top = all.users().get(0);
    assertThat(top.rejected()).isGreaterThanOrEqualTo(2_000);
    assertThat(top.rejected() - top.error()).isLessThanOrEqualTo(2_000);
    assertThat(top.error()).isLessThanOrEqualTo(42_000 / MinuteCounts.COUNTERS);
    UserStats one = statistics.user("first7", Duration.ofHours(1));
    assertThat(one.allowed()).isEqualTo(1);
    assertThat(one.error()).isZero();
    UserStats other = statistics.user("attacker", Duration.ofHours(1));
    assertThat(other.rejected()).isZero();
    assertThat(other.error()).isEqualTo(42_000);
  }

  @Test
  @DisplayName("cut off a hostile name, and count a user with one among the others")
  void names() {
    String huge = "/" + "é".repeat(900);
    check("u".repeat(900), huge, REJECTED);
    check("a\0b\n{}", "/ok\0", REJECTED);
    counted();
    assertThat(all().endpoints())
        .extracting(GlobalStats.Limited::name)
        .anyMatch(name -> name.length() == MinuteCounts.LONGEST_NAME && name.endsWith("…"))
        .contains("/ok\0");
    assertThat(statistics.user("u".repeat(900), Duration.ofHours(1)).error()).isEqualTo(1);
    assertThat(statistics.user("a\0b\n{}", Duration.ofHours(1)).rejected()).isEqualTo(1);
  }

  @Test
  @DisplayName("lose nothing if the clock goes back, and start over after hours")
  void clock() {
    check("42", "/a", ALLOWED);
    counted();
    now.addAndGet(-90 * MINUTE);
    check("42", "/a", ALLOWED);
    counted();
    assertThat(all().allowed()).isEqualTo(2);
    now.addAndGet(-1_000 * MINUTE);
    check("42", "/a", ALLOWED);
    eventually("the minutes start over").until(() -> all().allowed() == 1);
    assertThat(statistics.user("42", Duration.ofMinutes(1)).allowed()).isEqualTo(1);
  }

  @Test
  @DisplayName("forget a user, and keep the totals and the bounds")
  void forget() {
    check("42", "/a", REJECTED);
    check("7", "/a", REJECTED);
    counted();
    statistics.forget("42");
    assertThat(statistics.user("42", Duration.ofHours(1)).rejected()).isZero();
    assertThat(all().rejected()).isEqualTo(2);
    assertThat(all().users()).hasSize(2).noneMatch(user -> user.name().equals("42"));
    assertThat(all().users()).contains(new GlobalStats.Limited("7", 1, 0));
  }
}
