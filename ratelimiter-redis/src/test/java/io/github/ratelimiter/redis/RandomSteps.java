package io.github.ratelimiter.redis;

import io.github.ratelimiter.CalendarUnit;
import io.github.ratelimiter.CalendarWindow;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.FixedWindow;
import io.github.ratelimiter.LeakyBucket;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.SlidingLog;
import io.github.ratelimiter.SlidingWindow;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.WindowStart;
import io.github.ratelimiter.algorithm.Domain;
import io.github.ratelimiter.redis.LockStep.Client;
import io.github.ratelimiter.redis.LockStep.Step;
import io.github.ratelimiter.redis.script.PolicyCodec;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Steps of every kind, from tiny limits to the edges of the domain: policies that change, clocks
 * that jump and go back, leases and reservations given back. The same for the same seed.
 */
final class RandomSteps {
  private static final long[] LIMITS = {0, 1, 1, 2, 3, 3, 7, 10, 60, 100, 1_000, 12_345, 1_000_000};
  private static final long[] PERIODS = {1, 1, 2, 7, 100, 1_000, 1_000, 10_000, 60_000, 3_600_000};
  private static final long[] LONG_PERIODS = {86_400_000L, 366 * 86_400_000L, 999_983L};
  private static final int[] VERSIONS = {1, 1, 1, 2, 2, 3, 4, 6, 40};
  private static final long[] ORIGINS = {
    0, 1_000, 1_763_683_200_012_345L, 1_763_683_200_012_345L, Domain.LATEST_INSTANT - 1_000_000
  };

  private static final List<ZoneId> ZONES =
      List.of(
          LockStep.CHANGING.zone(),
          LockStep.CHANGING.zone(),
          ZoneId.of("UTC"),
          ZoneId.of("Europe/Berlin"),
          ZoneId.of("America/Argentina/ComodRivadavia"),
          ZoneId.of("Australia/Lord_Howe"),
          ZoneId.of("-01:00"));

  private final Random random;
  private final boolean backwards;
  private final List<Policy> policies = new ArrayList<>();
  private final Map<String, KeyState> states = new HashMap<>();
  private final Map<String, List<Grant>> grants = new HashMap<>();
  private final int keys;

  /** One of so many requests is under another version of the policy, perhaps. */
  private final int changes;

  /** Whether clients have wrong clocks and old data of time zones. */
  private final boolean strange;

  private long period;
  private long now;
  private Client client;

  RandomSteps(long seed) {
    random = new Random(seed * 0x9E3779B97F4A7C15L);
    backwards = random.nextInt(3) == 0;
    keys = 1 + random.nextInt(3);
    strange = random.nextInt(3) == 0;
    now = ORIGINS[random.nextInt(ORIGINS.length)];
    int versions = VERSIONS[random.nextInt(VERSIONS.length)];
    changes = 1 + random.nextInt(12);
    boolean alike = random.nextBoolean();
    for (int i = 0; i < versions; i++) {
      policies.add(i > 0 && alike ? similar(policies.get(i - 1)) : policy());
    }
  }

  /** Whether a store may let keys expire: its clock never goes back. */
  boolean expiring() {
    return !backwards;
  }

  List<Step> sequence(int length) {
    List<Step> steps = new ArrayList<>();
    Policy policy = policies.get(0);
    boolean rings = policies.stream().anyMatch(p -> PolicyCodec.logs(p) > 0);
    for (int i = 0; i < length; i++) {
      now = Domain.instant(now + move());
      client = client();
      client.use();
      if (keys > 1 && random.nextInt(4) == 0) {
        steps.add(Step.joint(now, client, joints(), rings));
        continue;
      }
      int items = random.nextInt(4) == 0 ? 1 + random.nextInt(keys) : 1;
      List<List<Request>> requests = new ArrayList<>();
      int first = random.nextInt(keys);
      for (int item = 0; item < items; item++) {
        List<Request> list = new ArrayList<>();
        for (int n = random.nextInt(3) == 0 ? random.nextInt(6) : 0; n >= 0; n--) {
          if (random.nextInt(changes) == 0) {
            policy = policies.get(random.nextInt(policies.size()));
          }
          list.add(request("key" + (first + item) % keys, policy));
        }
        requests.add(list);
      }
      steps.add(Step.of(now, client, requests, rings));
    }
    return steps;
  }

  // --- policies --------------------------------------------------------------------------------

  private Policy policy() {
    int limits = random.nextInt(2) == 0 ? 1 : 1 + random.nextInt(4);
    boolean reservable = random.nextInt(3) == 0;
    List<Limit> list = new ArrayList<>();
    while (list.size() < limits) {
      list.add(withDebt(limit(random.nextInt(reservable ? 2 : 9))));
    }
    return Policy.of("p", list);
  }

  private Limit withDebt(Limit limit) {
    try {
      return random.nextInt(4) > 0 ? limit : limit.withDebt(permitsOfLimit());
    } catch (IllegalArgumentException e) {
      return limit;
    }
  }

  /** The policy with one limit changed, added or taken away. */
  private Policy similar(Policy policy) {
    List<Limit> list = new ArrayList<>(policy.limits());
    int change = random.nextInt(5);
    int at = random.nextInt(list.size());
    if (change == 0 && list.size() < 4) {
      list.add(random.nextInt(8) == 0 ? list.get(at) : limit(random.nextInt(9)));
    } else if (change == 1 && list.size() > 1) {
      list.remove(at);
    } else if (change == 2) {
      list.set(at, limit(random.nextInt(9)));
    } else if (change == 3 && list.get(at) instanceof TokenBucket bucket) {
      list.set(at, writtenOtherwise(bucket));
    } else {
      list.set(at, withLimit(list.get(at), LIMITS[1 + random.nextInt(LIMITS.length - 1)]));
    }
    return Policy.of("p", list);
  }

  /** The same rate over twice the period. */
  private static Limit writtenOtherwise(TokenBucket bucket) {
    try {
      return new TokenBucket(2 * bucket.permits(), bucket.period().multipliedBy(2), bucket.burst());
    } catch (IllegalArgumentException e) {
      return bucket;
    }
  }

  /** The limit with other permits in the same period, or with another burst alone. */
  private Limit withLimit(Limit limit, long permits) {
    try {
      if (limit instanceof TokenBucket b) {
        return random.nextBoolean() && b.permits() > 0
            ? b.burst(permits)
            : new TokenBucket(permits, b.period(), permits);
      } else if (limit instanceof LeakyBucket b) {
        return random.nextBoolean() && b.permits() > 0
            ? b.burst(permits)
            : new LeakyBucket(permits, b.period(), permits);
      } else if (limit instanceof FixedWindow w) {
        return new FixedWindow(permits, w.period(), w.start());
      } else if (limit instanceof CalendarWindow w) {
        return new CalendarWindow(permits, w.unit(), w.firstDay(), w.zone());
      } else if (limit instanceof SlidingWindow c) {
        return new SlidingWindow(permits, c.period(), c.start());
      }
      return new SlidingLog(
          permits, random.nextBoolean() ? limit.period() : limit.period().multipliedBy(2));
    } catch (IllegalArgumentException e) {
      return limit;
    }
  }

  private Limit limit(int kind) {
    while (true) {
      Duration period = Duration.ofMillis(periodMillis());
      long permits = permitsOfLimit();
      try {
        Limit limit =
            switch (kind) {
              case 0 -> new TokenBucket(permits, period, burst(permits));
              case 1 -> new LeakyBucket(permits, period, burst(permits));
              case 2 -> new FixedWindow(permits, period, WindowStart.EPOCH);
              case 3 -> new FixedWindow(permits, period, WindowStart.FIRST_USE);
              case 4 -> new SlidingLog(permits, period);
              case 5 -> new SlidingWindow(permits, period, WindowStart.EPOCH);
              case 7, 8 -> calendarWindow(permits);
              default -> new SlidingWindow(permits, period, WindowStart.FIRST_USE);
            };
        this.period = limit.period().toMillis() * 1_000;
        return limit;
      } catch (IllegalArgumentException e) {
        // Beyond the domain: another.
      }
    }
  }

  private Limit calendarWindow(long permits) {
    CalendarUnit unit = CalendarUnit.values()[random.nextInt(random.nextBoolean() ? 1 : 4)];
    return new CalendarWindow(
        permits,
        unit,
        unit == CalendarUnit.WEEK ? DayOfWeek.of(1 + random.nextInt(7)) : DayOfWeek.MONDAY,
        ZONES.get(random.nextInt(ZONES.size())));
  }

  private long permitsOfLimit() {
    return switch (random.nextInt(8)) {
      case 0 -> random.nextLong(Domain.MAX_PERMITS) + 1;
      case 1 -> 1 + random.nextInt(1_000_000_007);
      default -> LIMITS[random.nextInt(LIMITS.length)];
    };
  }

  private long periodMillis() {
    return switch (random.nextInt(8)) {
      case 0 -> 1 + random.nextInt(100_000_007);
      case 1, 2 -> LONG_PERIODS[random.nextInt(LONG_PERIODS.length)];
      default -> PERIODS[random.nextInt(PERIODS.length)];
    };
  }

  private long burst(long permits) {
    return permits == 0 ? 0 : random.nextBoolean() ? permits : 1 + random.nextLong(2 * permits);
  }

  // --- clients ---------------------------------------------------------------------------------

  /** A caller with a clock that is right, or wrong by up to some days, and some data of zones. */
  private Client client() {
    if (!strange) {
      return new Client(now, 0);
    }
    long skew =
        switch (random.nextInt(4)) {
          case 0 -> random.nextInt(2_000_000) - 1_000_000;
          case 1 -> (random.nextLong(48) - 24) * 3_600_000_000L;
          case 2 -> random.nextLong(4 * period + 1) - 2 * period;
          default -> 0;
        };
    return new Client(now + skew, random.nextInt(ChangingZone.VERSIONS));
  }

  // --- clocks ----------------------------------------------------------------------------------

  private long move() {
    int kind = random.nextInt(16);
    if (backwards && kind < 3) {
      return -random.nextLong(kind == 0 ? 4 * period + 1 : 1_000);
    }
    return switch (kind) {
      case 0, 3, 4, 5 -> 0;
      case 1, 6 -> 1;
      case 2, 7 -> random.nextInt(1_000);
      case 8 -> period;
      case 9 -> random.nextLong(3 * period);
      case 10 -> random.nextInt(1_000) == 0 ? Domain.LATEST_INSTANT / 3 : period - 1;
      case 11 -> random.nextLong(period);
      default -> random.nextLong(period / 20 + 1);
    };
  }

  // --- requests --------------------------------------------------------------------------------

  private long permits(Policy policy) {
    long capacity = policy.limits().get(random.nextInt(policy.limits().size())).capacity();
    long permits =
        switch (random.nextInt(32)) {
          case 0 -> capacity + 1;
          case 1 -> capacity;
          case 2 -> random.nextBoolean() ? Long.MAX_VALUE : Domain.MAX_PERMITS + 1;
          case 3, 4, 5 -> 1 + random.nextLong(capacity + 1);
          case 6, 7, 8 -> 1 + random.nextLong(capacity / 4 + 1);
          case 9 -> random.nextLong(Long.MAX_VALUE);
          case 10, 11, 12 -> 1 + random.nextInt(3);
          default -> 1;
        };
    return Math.max(permits, 1);
  }

  private List<JointRequest> joints() {
    List<JointRequest> joints = new ArrayList<>();
    for (int n = random.nextInt(4); n >= 0; n--) {
      List<JointRequest.Part> parts = new ArrayList<>();
      int first = random.nextInt(keys);
      for (int part = random.nextInt(keys); part >= 0; part--) {
        Policy policy = policies.get(changes > 3 ? 0 : random.nextInt(policies.size()));
        String key = "key" + (first + part) % keys;
        long permits = permits(policy);
        parts.add(
            new JointRequest.Part(
                random.nextBoolean()
                    ? new Request.Acquire(key, policy, permits)
                    : new Request.Hold(key, policy, permits),
                random.nextInt(4) == 0));
      }
      JointRequest joint = new JointRequest(parts);
      List<Decision> decisions =
          joint.decide(parts.stream().map(this::state).toList(), now, client.micros());
      for (int part = 0; part < parts.size(); part++) {
        keepGrant(parts.get(part).request().key(), decisions.get(part));
      }
      joints.add(joint);
    }
    return joints;
  }

  private KeyState state(JointRequest.Part part) {
    Request request = part.request();
    return states.computeIfAbsent(request.key(), k -> new KeyState(request.policy()));
  }

  private void keepGrant(String key, Decision decision) {
    StoreDecision.of(decision)
        .grant()
        .ifPresent(grant -> grants.computeIfAbsent(key, k -> new ArrayList<>()).add(grant));
  }

  /** A request, which is also decided in Java, so that its grant can be given back later. */
  private Request request(String key, Policy policy) {
    Request request = choose(key, policy);
    Decision decision =
        states
            .computeIfAbsent(key, k -> new KeyState(policy))
            .decide(request, now, client.micros());
    keepGrant(key, decision);
    return request;
  }

  private Request choose(String key, Policy policy) {
    long permits = permits(policy);
    List<Grant> held = grants.getOrDefault(key, List.of());
    switch (random.nextInt(20)) {
      case 0, 1:
        return new Request.Peek(key, policy, permits);
      case 2, 3:
        return new Request.Refund(key, policy, permits);
      case 4:
        return random.nextInt(4) == 0 ? new Request.Reset(key, policy) : charge(key, policy);
      case 17:
        return random.nextInt(6) == 0
            ? new Request.Drain(key, policy, length())
            : charge(key, policy);
      case 5, 6, 7:
        long max = permits + (random.nextBoolean() ? random.nextInt(100) : 0);
        return new Request.Lease(key, policy, permits, Math.max(max, permits), length());
      case 8, 9, 10, 11:
        if (policy.reservable()) {
          return new Request.Reserve(key, policy, permits, length());
        }
        break;
      case 14, 15:
        return hold(key, policy, permits);
      case 12, 13, 16:
        if (!held.isEmpty()) {
          Grant grant = held.get(held.size() - 1 - random.nextInt(Math.min(held.size(), 3)));
          return random.nextBoolean()
              ? release(key, policy, grant)
              : new Request.ReturnLease(key, policy, 1 + random.nextLong(grant.permits()), grant);
        }
        break;
      default:
        break;
    }
    return new Request.Acquire(key, policy, permits);
  }

  private Request charge(String key, Policy policy) {
    long ahead = random.nextBoolean() ? 0 : length();
    return new Request.Charge(key, policy, ofEach(policy), ahead, random.nextBoolean());
  }

  private Request hold(String key, Policy policy, long permits) {
    List<Long> each = ofEach(policy);
    if (random.nextBoolean() || Collections.max(each) == 0) {
      long more = random.nextBoolean() ? 0 : random.nextLong(Long.MAX_VALUE - permits + 1);
      return new Request.Hold(key, policy, permits, permits + more);
    }
    return new Request.HoldEach(key, policy, each);
  }

  private Request release(String key, Policy policy, Grant grant) {
    long some = 1 + random.nextLong(grant.permits());
    if (random.nextBoolean()) {
      return new Request.Release(key, policy, some, grant);
    }
    List<Long> each = new ArrayList<>();
    policy.limits().forEach(limit -> each.add(random.nextLong(some + 1)));
    each.set(random.nextInt(each.size()), some);
    return new Request.Release(key, policy, each, grant);
  }

  private List<Long> ofEach(Policy policy) {
    return policy.limits().stream()
        .map(limit -> random.nextInt(4) == 0 ? 0 : permits(policy))
        .toList();
  }

  private long length() {
    return switch (random.nextInt(10)) {
      case 0 -> 1;
      case 1 -> random.nextInt(50) == 0 ? Long.MAX_VALUE : 1 + random.nextLong(10 * period);
      case 2, 3 -> 1 + random.nextLong(period);
      default -> 1 + random.nextLong(period / 100 + 1);
    };
  }
}
