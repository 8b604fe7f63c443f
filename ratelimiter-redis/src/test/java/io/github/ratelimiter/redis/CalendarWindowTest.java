package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.CalendarWindow;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.servers.RedisProcess;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Processes with different clocks or time zone data, on a server with a given clock. */
class CalendarWindowTest {
  private static final long HOUR = 3_600_000_000L;

  private static final ChangingZone CHANGING = new ChangingZone("Test/Calendar");

  private static RedisProcess server;
  private static RedisClient client;
  private static RedisCommands<String, String> commands;

  private final List<RedisStateStore> stores = new ArrayList<>();
  private long now;

  @BeforeAll
  static void start() {
    server = RedisProcess.start();
    client = RedisClient.create(server.uri());
    commands = client.connect().sync();
  }

  @AfterAll
  static void stop() {
    client.shutdown(0, 0, TimeUnit.SECONDS);
    server.close();
  }

  @BeforeEach
  void empty() {
    commands.flushall();
    serverShows("2026-10-24T22:00:00Z");
    CHANGING.use(0);
  }

  @AfterEach
  void close() {
    stores.forEach(RedisStateStore::close);
  }

  private void serverShows(String instant) {
    now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
    commands.set("clock", Long.toString(now));
  }

  private RedisStateStore process(long hoursAhead) {
    RedisStateStore store =
        RedisStateStore.builder(server.uri())
            .script(RedisStateStoreSpec.script())
            .timeout(Duration.ofSeconds(10))
            .timeSource(() -> now + hoursAhead * HOUR)
            .build();
    stores.add(store);
    return store;
  }

  private static Policy policy(String text) {
    return Policy.parse("test", text);
  }

  /** A clock that is right, or behind by less than a day, knows the days of the server's clock. */
  @ParameterizedTest
  @CsvSource({"0, 11, -11", "-1, 5, 23", "-20, 0, 40", "0, -30, -90"})
  void clocksHoursApartShareEachDayOfTheServersClock(long first, long second, long third) {
    Policy day = policy("fixed-window 9/day in Europe/Berlin");
    List<RedisStateStore> all = List.of(process(first), process(second), process(third));
    for (String begin : List.of("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z")) {
      serverShows(begin);
      for (int i = 0; i < 9; i++) {
        assertThat(Ask.acquire(all.get(i % 3), "k", day).remaining()).isEqualTo(8 - i);
      }
      long length = begin.contains("10-24") ? 25 : 24;
      for (RedisStateStore store : all) {
        assertThat(Ask.acquire(store, "k", day).retryAfter()).contains(Duration.ofHours(length));
      }
    }
  }

  /** A new window of a clock that is ahead is the next one: nobody gets its permits twice. */
  @Test
  void aClockThatIsADayAheadUsesTheNextDay() {
    Policy day = policy("fixed-window 3/day in UTC");
    RedisStateStore ahead = process(24);
    RedisStateStore right = process(0);
    serverShows("2026-10-31T12:00:00Z");
    assertThat(Ask.acquire(ahead, "k", day).resetAfter()).isEqualTo(Duration.ofHours(36));
    assertThat(Ask.acquire(right, "k", day).remaining()).isEqualTo(1);
    serverShows("2026-11-01T12:00:00Z");
    assertThat(Ask.acquire(right, "k", day).remaining()).isZero();
    assertThat(Ask.acquire(ahead, "k", day).retryAfter()).contains(Duration.ofHours(12));
    serverShows("2026-11-02T00:00:00Z");
    assertThat(Ask.acquire(right, "k", day).remaining()).isEqualTo(2);
  }

  /** In one of the two releases of the time zone data the day begins an hour earlier. */
  @Test
  void twoReleasesOfTheDataDoNotAdmitTheLimitTwice() {
    Policy day = Policy.of("test", CalendarWindow.perDay(5, CHANGING.zone()));
    RedisStateStore store = process(0);
    serverShows("2026-10-31T12:00:00Z");
    CHANGING.use(1);
    for (int i = 4; i >= 0; i--) {
      assertThat(Ask.acquire(store, "k", day).remaining()).isEqualTo(i);
    }
    assertThat(Ask.acquire(store, "k", day).retryAfter()).contains(Duration.ofHours(10));
    // The other release: the day has one more hour, before its end and after that of the first.
    for (String instant : List.of("2026-10-31T12:00:00Z", "2026-10-31T22:30:00Z")) {
      serverShows(instant);
      CHANGING.use(0);
      assertThat(Ask.peek(store, "k", day).remaining()).isZero();
      assertThat(Ask.acquire(store, "k", day).retryAfter())
          .contains(Duration.ofMinutes(instant.contains("12:00") ? 660 : 30));
    }
    serverShows("2026-10-31T23:00:00Z");
    assertThat(Ask.acquire(store, "k", day).remaining()).isEqualTo(4);
    CHANGING.use(1);
    assertThat(Ask.acquire(store, "k", day).resetAfter()).isEqualTo(Duration.ofHours(24));
  }

  @Test
  void aJointRequestTakesPermitsOfCalendarsToo() {
    RedisStateStore store = process(0);
    serverShows("2026-12-31T23:59:59Z");
    Policy year = policy("fixed-window 2/year in UTC");
    Policy user = Policy.parse("user", "10/s");
    JointRequest both =
        new JointRequest(
            List.of(
                new JointRequest.Part(new Request.Acquire("all", year, 1), false),
                new JointRequest.Part(new Request.Acquire("u", user, 1), false)));
    for (boolean granted : new boolean[] {true, true, false}) {
      List<Decision> decisions =
          store
              .decideAll(both, io.github.ratelimiter.store.Deadline.afterMicros(9_000_000, () -> 0))
              .toCompletableFuture()
              .join();
      assertThat(both.isGrantedBy(decisions)).isEqualTo(granted);
      assertThat(decisions.get(0).resetAfter()).isEqualTo(Duration.ofSeconds(1));
    }
    assertThat(Ask.peek(store, "u", user).remaining()).isEqualTo(8);
  }

  @Test
  void sixteenCalendarsWithLongNamesAreStoredTogether() {
    List<CalendarWindow> windows = new ArrayList<>();
    String[] zones = {"America/Argentina/ComodRivadavia", "America/North_Dakota/New_Salem"};
    for (int i = 0; i < 16; i++) {
      windows.add(
          CalendarWindow.perMonth(1_000_000_000_000L - i, java.time.ZoneId.of(zones[i % 2])));
    }
    Policy policy = Policy.of("test", windows);
    RedisStateStore store = process(0);
    serverShows("2026-10-31T12:00:00Z");
    for (int i = 1; i <= 3; i++) {
      assertThat(Ask.acquire(store, "k", policy).remaining()).isEqualTo(999_999_999_985L - i);
    }
    Policy fewer = Policy.of("test", windows.subList(3, 9));
    assertThat(Ask.acquire(store, "k", fewer).limits())
        .allSatisfy(l -> assertThat(l.limit().permits() - l.remaining()).isEqualTo(4));
  }

  /** For a day and eight hours, on the server's own clock. */
  @Test
  void aCounterIsKeptForCallersWithOtherData() {
    long day = System.currentTimeMillis() / 86_400_000 * 86_400_000;
    try (RedisStateStore store =
        RedisStateStore.builder(server.uri()).timeout(Duration.ofSeconds(10)).build()) {
      Ask.acquire(store, "k", policy("fixed-window 2/day in UTC"));
    }
    String key =
        commands.keys("*").stream().filter(k -> k.endsWith("test:k")).findAny().orElseThrow();
    assertThat(commands.pexpiretime(key) - day)
        .isBetween(Duration.ofHours(32).toMillis(), Duration.ofHours(64).toMillis());
  }
}
