package io.github.ratelimiter.store;

import io.github.ratelimiter.CalendarUnit;
import io.github.ratelimiter.CalendarWindow;
import io.github.ratelimiter.FixedWindow;
import io.github.ratelimiter.LeakyBucket;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.SlidingLog;
import io.github.ratelimiter.SlidingWindow;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.WindowStart;
import io.github.ratelimiter.algorithm.Domain;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Random policies, requests and clocks, all from one seed. */
final class Scenarios {
  static final String KEY = "key";

  private static final List<String> ZONES =
      List.of(
          "UTC",
          "Europe/Berlin",
          "Australia/Lord_Howe",
          "America/Havana",
          "America/St_Johns",
          "Pacific/Apia",
          "Antarctica/Troll",
          "+05:45");

  final Random random;

  Scenarios(long seed) {
    this.random = new Random(seed);
  }

  /** From 0 to below the bound, small numbers as likely as large ones; 0 if there is none. */
  long upTo(long bound) {
    if (bound < 1) {
      return 0;
    }
    int bits = 1 + random.nextInt(64 - Long.numberOfLeadingZeros(bound));
    return (random.nextLong() >>> (64 - bits))
        % (random.nextBoolean() ? Math.min(bound, 12) : bound);
  }

  // --- policies --------------------------------------------------------------------------------

  Policy policy(int mostLimits) {
    return policyOf(1 + random.nextInt(mostLimits), () -> limit(random.nextInt(6)));
  }

  Policy reservablePolicy(int mostLimits) {
    return policyOf(1 + random.nextInt(mostLimits), () -> limit(random.nextInt(2)));
  }

  private Policy policyOf(int count, Supplier<Limit> limits) {
    List<Limit> list = new ArrayList<>();
    while (list.size() < count) {
      list.add(withDebt(limits.get()));
    }
    return Policy.of("random", list);
  }

  /** A debt is not part of a counter's identity, so versions have different debts. */
  private Limit withDebt(Limit limit) {
    if (random.nextInt(3) > 0) {
      return limit;
    }
    long debt = random.nextBoolean() ? random.nextInt(9) : upTo(2 * limit.capacity() + 2);
    try {
      return Policy.parse("random", limit.text() + " debt " + debt).limits().get(0);
    } catch (IllegalArgumentException beyondTheDomain) {
      return limit;
    }
  }

  /**
   * Versions of one policy: limits drawn from a few, so that versions share some, have them in
   * another order, written in another way, with the same period, or with another capacity.
   */
  List<Policy> versions(int count, int mostLimits, boolean reservable) {
    List<Limit> pool = new ArrayList<>();
    int size = 1 + random.nextInt(count + 1);
    for (int i = 0; i < size; i++) {
      Limit drawn = limit(random.nextInt(reservable ? 2 : 6));
      pool.add(drawn);
      for (int more = random.nextInt(3); more > 0; more--) {
        pool.add(relative(pool.get(pool.size() - 1)));
      }
    }
    List<Policy> versions = new ArrayList<>();
    while (versions.size() < count) {
      versions.add(
          policyOf(1 + random.nextInt(mostLimits), () -> pool.get(random.nextInt(pool.size()))));
    }
    return versions;
  }

  /** The same rate written in another way, or another limit with the same period. */
  private Limit relative(Limit limit) {
    while (true) {
      long factor = 2 + random.nextInt(59);
      boolean rewrite = random.nextBoolean();
      Duration period = rewrite ? limit.period().multipliedBy(factor) : limit.period();
      long permits = rewrite ? limit.permits() * factor : near(limit.permits());
      try {
        if (limit instanceof TokenBucket bucket) {
          return new TokenBucket(
              permits, period, rewrite ? bucket.burst() : burst(permits, bucket.burst()));
        }
        if (limit instanceof LeakyBucket bucket) {
          return new LeakyBucket(
              permits, period, rewrite ? bucket.burst() : burst(permits, bucket.burst()));
        }
        permits = near(limit.permits());
        if (limit instanceof FixedWindow window) {
          return new FixedWindow(permits, limit.period(), window.start());
        }
        if (limit instanceof SlidingWindow window) {
          return new SlidingWindow(permits, limit.period(), window.start());
        }
        if (limit instanceof CalendarWindow window) {
          return new CalendarWindow(permits, window.unit(), window.firstDay(), window.zone());
        }
        return new SlidingLog(permits, limit.period());
      } catch (IllegalArgumentException beyondTheDomain) {
        if (limit.permits() > 1_000_000 || period.toDays() > 366) {
          return limit;
        }
      }
    }
  }

  private long near(long permits) {
    return switch (random.nextInt(4)) {
      case 0 -> permits + 1;
      case 1 -> Math.max(permits - 1, 0);
      case 2 -> permits * 2;
      default -> permits / 2;
    };
  }

  private long burst(long limit, long before) {
    return limit == 0 ? 0 : Math.max(near(before), 1);
  }

  /** Versions of a few permits in a few seconds, all with one of three periods. */
  List<Policy> smallVersions(int count, int mostLimits, boolean reservable) {
    List<Policy> versions = new ArrayList<>();
    while (versions.size() < count) {
      versions.add(policyOf(1 + random.nextInt(mostLimits), () -> smallLimit(reservable)));
    }
    return versions;
  }

  private Limit smallLimit(boolean reservable) {
    Duration period = Duration.ofSeconds(1 + random.nextInt(3));
    long limit = random.nextInt(20) == 0 ? 0 : 1 + random.nextInt(9);
    long burst = Math.min(limit, 1) * (1 + random.nextInt(9));
    WindowStart start = random.nextBoolean() ? WindowStart.EPOCH : WindowStart.FIRST_USE;
    return switch (random.nextInt(reservable ? 3 : 8)) {
      case 0, 1 -> new TokenBucket(limit, period, burst);
      case 2 -> new LeakyBucket(limit, period, burst);
      case 3 -> new FixedWindow(limit, period, start);
      case 4 -> new SlidingLog(limit, period);
      case 5 -> calendarWindow(limit);
      default -> new SlidingWindow(limit, period, start);
    };
  }

  private Limit calendarWindow(long limit) {
    CalendarUnit unit = CalendarUnit.values()[random.nextInt(4)];
    DayOfWeek firstDay =
        unit == CalendarUnit.WEEK ? DayOfWeek.of(1 + random.nextInt(7)) : DayOfWeek.MONDAY;
    return new CalendarWindow(
        limit, unit, firstDay, ZoneId.of(ZONES.get(random.nextInt(ZONES.size()))));
  }

  /** Buckets of a few permits, where every permit too many shows. */
  Policy tightBuckets() {
    return policyOf(
        1 + random.nextInt(2),
        () -> {
          Duration period = Duration.ofSeconds(1 + random.nextInt(9));
          long limit = 1 + random.nextInt(9);
          long burst = 1 + random.nextInt(9);
          return random.nextInt(3) == 0
              ? new LeakyBucket(limit, period, burst)
              : new TokenBucket(limit, period, burst);
        });
  }

  /** A limit by the number of its algorithm; numbers that the library refuses are drawn again. */
  Limit limit(int algorithm) {
    while (true) {
      long limit = random.nextInt(12) == 0 ? 0 : 1 + upTo(Domain.MAX_PERMITS);
      Duration period = period();
      long burst = limit == 0 ? 0 : random.nextBoolean() ? limit : 1 + upTo(Domain.MAX_PERMITS);
      WindowStart start = random.nextBoolean() ? WindowStart.EPOCH : WindowStart.FIRST_USE;
      try {
        return switch (algorithm) {
          case 0 -> new TokenBucket(limit, period, burst);
          case 1 -> new LeakyBucket(limit, period, burst);
          case 2 -> new FixedWindow(limit, period, start);
          case 3 -> new SlidingLog(limit, period);
          case 4 -> new SlidingWindow(limit, period, start);
          default -> calendarWindow(limit);
        };
      } catch (IllegalArgumentException beyondTheDomain) {
        continue;
      }
    }
  }

  private Duration period() {
    return switch (random.nextInt(6)) {
      case 0 -> Duration.ofMillis(1 + random.nextInt(20));
      case 1 -> Duration.ofSeconds(1);
      case 2 -> Duration.ofMinutes(1 + random.nextInt(3));
      case 3 -> Duration.ofDays(366);
      case 4 -> Duration.ofMillis(1 + random.nextInt(1_000_000));
      default -> Duration.ofSeconds(1 + random.nextInt(366 * 86_400));
    };
  }

  // --- clocks ----------------------------------------------------------------------------------

  long origin() {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> Domain.LATEST_INSTANT - upTo(1L << 40);
      case 2 -> upTo(1L << 36);
      default -> 1_700_000_000_000_000L + random.nextInt();
    };
  }

  /** The next instant: mostly forward, by amounts that matter to the policy, sometimes back. */
  long next(long now, Policy policy, long lastRetryAfter) {
    Limit limit = policy.limits().get(random.nextInt(policy.limits().size()));
    long period = limit.period().toNanos() / 1_000;
    long step =
        switch (random.nextInt(9)) {
          case 0, 1 -> 0;
          case 2 -> 1 + random.nextInt(3);
          case 3 -> period / Math.max(limit.permits(), 1);
          case 4 -> (long) (random.nextDouble() * 2 * period);
          case 5 -> lastRetryAfter;
          case 6 -> Math.max(lastRetryAfter - 1, 0);
          case 7 ->
              limit instanceof CalendarWindow window
                  ? toBorder(now, window)
                  : period - Math.floorMod(now, period) - random.nextInt(2);
          default -> -(long) (random.nextDouble() * period / (1 + random.nextInt(1_000)));
        };
    return Domain.instant(now + step);
  }

  /** The time until the next window, or a microsecond less. */
  private long toBorder(long now, CalendarWindow window) {
    KeyState full = new KeyState(Policy.of("full", window));
    if (window.permits() == 0) {
      return 0;
    }
    Request acquire = new Request.Acquire(KEY, full.policy(), window.permits());
    return full.decide(acquire, now).resetAfter().toNanos() / 1_000 - random.nextInt(2);
  }

  // --- requests --------------------------------------------------------------------------------

  /** Permits around what is left, around the capacity, or anything. */
  long permits(Policy policy, long remaining) {
    long capacity = policy.limits().stream().mapToLong(Limit::capacity).min().orElseThrow();
    long permits =
        switch (random.nextInt(7)) {
          case 0, 1 -> 1;
          case 2 -> remaining;
          case 3 -> remaining + 1;
          case 4 -> 1 + upTo(capacity + 2);
          case 5 -> capacity / (1 + random.nextInt(9));
          default -> random.nextInt(50) == 0 ? Long.MAX_VALUE : 1 + random.nextInt(4);
        };
    return Math.max(permits, 1);
  }

  Request request(Policy policy, long remaining, List<Grant> leases, List<Grant> reservations) {
    long permits = permits(policy, remaining);
    switch (random.nextInt(12)) {
      case 0 -> {
        return new Request.Peek(KEY, policy, permits);
      }
      case 1, 2 -> {
        long max = permits + upTo(Long.MAX_VALUE - permits);
        return new Request.Lease(KEY, policy, permits, max, 1 + upTo(1L << 44));
      }
      case 3, 4 -> {
        if (policy.reservable()) {
          return new Request.Reserve(KEY, policy, permits, upTo(1L << 52));
        }
      }
      case 5 -> {
        return new Request.Refund(KEY, policy, permits);
      }
      case 6 -> {
        if (!leases.isEmpty()) {
          Grant lease = latest(leases);
          return new Request.ReturnLease(KEY, policy, 1 + upTo(lease.permits()), lease);
        }
      }
      case 7 -> {
        if (!reservations.isEmpty()) {
          Grant grant = latest(reservations);
          return release(policy, grant);
        }
      }
      case 8 -> {
        if (random.nextInt(10) == 0) {
          return new Request.Reset(KEY, policy);
        }
        return random.nextInt(10) == 0
            ? new Request.Drain(KEY, policy, 1 + upTo(1L << 44))
            : charge(policy, remaining);
      }
      case 9 -> {
        return hold(policy, permits, remaining);
      }
      default -> {}
    }
    return new Request.Acquire(KEY, policy, permits);
  }

  private Request charge(Policy policy, long remaining) {
    List<Long> permits = new ArrayList<>();
    for (int i = 0; i < policy.limits().size(); i++) {
      permits.add(random.nextInt(4) == 0 ? 0 : permits(policy, remaining));
    }
    long ahead = random.nextBoolean() ? 0 : upTo(1L << 44);
    return new Request.Charge(KEY, policy, permits, ahead, random.nextBoolean());
  }

  private Request hold(Policy policy, long permits, long remaining) {
    List<Long> each = new ArrayList<>();
    policy.limits().forEach(limit -> each.add(permits(policy, remaining) - 1));
    return switch (random.nextInt(3)) {
      case 0 -> new Request.Hold(KEY, policy, permits);
      case 1 -> new Request.Hold(KEY, policy, permits, permits + upTo(Long.MAX_VALUE - permits));
      default -> {
        each.set(random.nextInt(each.size()), permits);
        yield new Request.HoldEach(KEY, policy, each);
      }
    };
  }

  private Request release(Policy policy, Grant grant) {
    if (random.nextBoolean()) {
      return new Request.Release(KEY, policy, grant);
    }
    long some = 1 + upTo(grant.permits());
    List<Long> each = new ArrayList<>();
    policy.limits().forEach(limit -> each.add(random.nextBoolean() ? some : upTo(some)));
    each.set(random.nextInt(each.size()), some);
    return new Request.Release(KEY, policy, each, grant);
  }

  /** Mostly the last one, which then is no more. */
  private Grant latest(List<Grant> grants) {
    return grants.remove(Math.max(grants.size() - 1 - random.nextInt(2), 0));
  }
}
