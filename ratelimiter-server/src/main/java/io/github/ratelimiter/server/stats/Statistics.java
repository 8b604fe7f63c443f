package io.github.ratelimiter.server.stats;

import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.internal.Keyless;
import io.github.ratelimiter.internal.LimitedLog;
import io.github.ratelimiter.server.check.CheckListener;
import io.github.ratelimiter.server.check.CheckResult;
import io.github.ratelimiter.server.check.CheckedRequest;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Statistics of checks: of this instance in the last hours, or of all instances if there is a
 * table. A check is counted in the background; what is read has all checks that were made before.
 * If too many come at once, or the table is away for hours, checks are dropped, and that is
 * counted. Thread-safe.
 */
public final class Statistics implements CheckListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Statistics.class);

  private static final Duration CLOCK_STEP = Duration.ofMinutes(RecentMinutes.MINUTES);

  private final LimitedLog failed =
      new LimitedLog(LOG, Level.WARN, LimitedLog.Rate.ONE_A_MINUTE, TimeSource.system());
  private final TimeSource time;
  private final BiFunction<CheckedRequest, CheckResult, String> endpoints;
  private final Optional<StatsTable> table;
  private final Optional<StatsWriter> writer;
  private final CheckCounter counter;

  /**
   * Creates statistics without checks.
   *
   * @param time the clock
   * @param endpoints returns the name under which a rejected check is counted
   * @param table where the minutes of all instances are; empty to keep those of this one
   * @param retention how long the table keeps them
   */
  public Statistics(
      TimeSource time,
      BiFunction<CheckedRequest, CheckResult, String> endpoints,
      Optional<StatsTable> table,
      Duration retention) {
    this.time = time;
    this.endpoints = endpoints;
    this.table = table;
    this.counter = new CheckCounter(table.isPresent());
    this.writer = table.map(stored -> new StatsWriter(stored, this::rows, this::stored, retention));
  }

  // --- counting --------------------------------------------------------------------------------

  @Override
  public void checked(CheckedRequest request, CheckResult result) {
    count(request, outcome(result), () -> endpoints.apply(request, result));
  }

  @Override
  public void failed(CheckedRequest request) {
    count(request, Outcome.ERROR, () -> "");
  }

  private static Outcome outcome(CheckResult result) {
    if (result.allowed()) {
      return Outcome.ALLOWED;
    }
    boolean rejected =
        result.refusal().filter(refusal -> refusal.type().status() < 500).isPresent();
    return rejected ? Outcome.REJECTED : Outcome.ERROR;
  }

  /** The request and its body are not kept: while they wait, checks need little memory. */
  private void count(CheckedRequest request, Outcome outcome, Supplier<String> endpoint) {
    counter.add(
        new CountedCheck(
            time.nowMicros(),
            request.userId(),
            outcome == Outcome.REJECTED ? endpoint.get() : "",
            outcome));
  }

  /** Returns how many checks were not counted, or not stored, since the service started. */
  public long dropped() {
    return counter.dropped();
  }

  /** Returns how many minutes wait to be stored. */
  public int waiting() {
    return table.isEmpty() ? 0 : counter.read(minutes -> minutes.notStored().size());
  }

  private List<MinuteRow> rows(boolean all) {
    long before = all ? Long.MAX_VALUE : RecentMinutes.minuteOf(time.nowMicros());
    return counter.read(minutes -> minutes.close(before).stream().map(MinuteRow::of).toList());
  }

  private void stored(long minute) {
    counter.change(minutes -> minutes.stored(minute));
  }

  // --- reading ---------------------------------------------------------------------------------

  /** Returns the checks of a user in a time that ends now. It begins with a minute. */
  public UserStats user(String user, Duration window) {
    Instant to = now();
    // If the clock went back, the last checks are in a minute to come.
    MinuteRange range = range(to.minus(window), to.plus(CLOCK_STEP));
    Read<UserSums> read =
        read(
            range,
            counts ->
                counts.stream()
                    .map(minute -> UserSums.of(minute, user))
                    .reduce(UserSums.NONE, UserSums::plus),
            (stored, except) -> stored.of(user, range, except),
            UserSums::plus);
    UserSums sums = read.sums();
    return new UserStats(
        user,
        MinuteRange.start(range.first()),
        to,
        sums.allowed(),
        sums.rejected(),
        sums.error(),
        read.everywhere());
  }

  /**
   * Returns the checks of all in a time. It begins with a minute, and the last minute is in it.
   *
   * @param most how many users and endpoints to return at most
   */
  public GlobalStats global(Instant from, Instant to, int most) {
    MinuteRange range = range(from, to);
    Read<Sums> read =
        read(range, Sums::of, (stored, except) -> stored.sums(range, except), Sums::plus);
    Sums sums = read.sums();
    return new GlobalStats(
        MinuteRange.start(range.first()),
        to,
        sums.allowed(),
        sums.rejected(),
        sums.errors(),
        sums.dropped(),
        sums.users().most(most),
        sums.endpoints().most(most),
        read.everywhere());
  }

  /** Without a table nothing is known of earlier minutes. So the result does not begin there. */
  private MinuteRange range(Instant from, Instant to) {
    MinuteRange asked = MinuteRange.of(from, to);
    long earliest = RecentMinutes.minuteOf(time.nowMicros()) - RecentMinutes.MINUTES + 1;
    return table.isPresent() || asked.first() >= earliest
        ? asked
        : new MinuteRange(earliest, asked.last());
  }

  private record Read<T>(T sums, boolean everywhere) {}

  /** Reads what is stored, except for some minutes of this instance. */
  @FunctionalInterface
  private interface StoredRead<T> {
    T of(StatsTable table, List<Long> except) throws SQLException;
  }

  /**
   * Adds what is here and not stored to what is stored. Without an answer of the table, the result
   * is what is here.
   */
  private <T> Read<T> read(
      MinuteRange range,
      Function<List<MinuteCounts>, T> here,
      StoredRead<T> stored,
      BinaryOperator<T> plus) {
    counter.await();
    if (table.isPresent()) {
      List<Long> except = new ArrayList<>();
      T notStored =
          counter.read(
              minutes -> {
                List<MinuteCounts> counts = minutes.notStored();
                counts.forEach(minute -> except.add(minute.minute()));
                return here.apply(
                    counts.stream().filter(each -> range.contains(each.minute())).toList());
              });
      try {
        return new Read<>(plus.apply(notStored, stored.of(table.get(), except)), true);
      } catch (SQLException e) {
        failed
            .event()
            .setCause(Keyless.stack(e))
            .log("Statistics cannot be read; those of this instance are told");
      }
    }
    return new Read<>(counter.read(minutes -> here.apply(minutes.between(range))), false);
  }

  private Instant now() {
    return Instant.EPOCH.plus(time.nowMicros(), ChronoUnit.MICROS);
  }

  // --- users who leave -------------------------------------------------------------------------

  /**
   * Removes what is known of a user. He stays in the totals. In the lists of those that were
   * rejected most he has a pseudonym.
   *
   * @throws IllegalStateException if the table cannot be changed
   */
  public void forget(String user) {
    String pseudonym = "deleted-" + UUID.randomUUID();
    counter.await();
    counter.change(minutes -> minutes.forget(user, pseudonym));
    writer.ifPresent(each -> each.forget(user, pseudonym));
  }

  /** Stores what is not stored yet, for a short time, and ends. */
  @Override
  public void close() {
    counter.close();
    writer.ifPresent(StatsWriter::close);
  }
}
