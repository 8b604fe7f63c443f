package io.github.ratelimiter.testkit;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random requests of every kind, under policies of every kind that change from time to time. */
final class RandomRequests {
  private static final List<String> LIMITS =
      List.of(
          "5/s",
          "7/1h burst 11",
          "100/min burst 20",
          "20/s debt 10",
          "1000000/s",
          "3/10ms",
          "0/min",
          "99991/day",
          "1000003/day",
          "999983/37s",
          "leaky-bucket 10/s burst 5",
          "leaky-bucket 3/min",
          "fixed-window 5/s",
          "fixed-window 6/10s debt 3",
          "fixed-window 12/10s from first use",
          "fixed-window 30/day in -00:00:10",
          "fixed-window 40/month in -00:01",
          "fixed-window 9/week from Thursday in -00:00:20",
          "fixed-window 1000/year in America/Argentina/ComodRivadavia",
          "sliding-log 20/min",
          "sliding-log 4/100ms",
          "sliding-window 9/s",
          "sliding-window 50/10s from first use",
          "sliding-window 1000000/day");
  private static final String[] KEYS = {"a", "b", "user:42|endpoint:/pay"};
  private static final String[] NAMES = {"default", "p", "q"};

  private final Random random;
  private final Map<String, Policy> policies = new HashMap<>();
  private final Map<String, Grant> leases = new HashMap<>();
  private final Map<String, Grant> reservations = new HashMap<>();

  RandomRequests(long seed) {
    random = new Random(seed);
  }

  /**
   * Returns an instant that is mostly a little later, and sometimes much later. It is never
   * earlier, because a store may have dropped a key.
   */
  long nextInstant(long now) {
    int kind = random.nextInt(20);
    if (kind < 5) {
      return now;
    }
    if (kind == 5) {
      return now + random.nextInt(100_000_000);
    }
    return now + random.nextInt(kind < 12 ? 1_000 : 400_000);
  }

  private Policy nextPolicy() {
    String name = NAMES[random.nextInt(NAMES.length)];
    if (!policies.containsKey(name) || random.nextInt(100) == 0) {
      List<String> limits = new ArrayList<>();
      for (int i = random.nextInt(3); i >= 0; i--) {
        limits.add(LIMITS.get(random.nextInt(LIMITS.size())));
      }
      policies.put(name, Policy.parse(name, String.join(";", limits)));
    }
    return policies.get(name);
  }

  private long nextPermits() {
    return random.nextInt(10) < 7 ? 1 : 1 + random.nextInt(random.nextBoolean() ? 8 : 2_000);
  }

  @SuppressWarnings("StatementSwitchToExpressionSwitch") // Several kinds fall back to acquiring.
  Request nextRequest() {
    Policy policy = nextPolicy();
    String key = KEYS[random.nextInt(KEYS.length)];
    String state = policy.name() + " " + key;
    long permits = nextPermits();
    switch (random.nextInt(20)) {
      case 0:
        return new Request.Peek(key, policy, permits);
      case 1:
        return new Request.Refund(key, policy, permits);
      case 2:
        return random.nextInt(8) == 0
            ? new Request.Reset(key, policy)
            : new Request.Peek(key, policy, permits);
      case 3:
        long most = permits + random.nextInt(20);
        return new Request.Lease(key, policy, permits, most, 1 + random.nextInt(200_000));
      case 4:
        Grant lease = leases.remove(state);
        if (lease != null) {
          return new Request.ReturnLease(key, policy, 1 + random.nextLong(lease.permits()), lease);
        }
        break;
      case 5, 6:
        if (policy.reservable()) {
          return new Request.Reserve(key, policy, permits, random.nextInt(2_000_000));
        }
        break;
      case 7:
        Grant reservation = reservations.remove(state);
        if (reservation != null) {
          long returned = 1 + random.nextLong(reservation.permits());
          return random.nextBoolean()
              ? new Request.Release(key, policy, returned, reservation)
              : new Request.Release(key, policy, each(policy, returned), reservation);
        }
        break;
      case 8:
        return new Request.Charge(
            key,
            policy,
            policy.limits().stream().map(l -> random.nextBoolean() ? nextPermits() : 0L).toList(),
            random.nextInt(3) == 0 ? random.nextInt(2_000_000) : 0,
            random.nextBoolean());
      case 9:
        return new Request.Hold(key, policy, permits, permits + random.nextInt(9));
      case 10:
        return new Request.HoldEach(key, policy, each(policy, permits));
      case 11:
        return random.nextInt(8) == 0
            ? new Request.Drain(key, policy, 1 + random.nextInt(200_000))
            : new Request.Hold(key, policy, permits);
      default:
        break;
    }
    return new Request.Acquire(key, policy, permits);
  }

  /** Returns a number for each limit, of which the largest is given. */
  private List<Long> each(Policy policy, long largest) {
    List<Long> each = new ArrayList<>();
    policy.limits().forEach(limit -> each.add(random.nextLong(largest + 1)));
    each.set(random.nextInt(each.size()), largest);
    return each;
  }

  /** Records grants that can be returned later. */
  void heard(Request request, Decision decision) {
    String state = request.policy().name() + " " + request.key();
    StoreDecision.of(decision)
        .grant()
        .ifPresent(
            grant -> (request instanceof Request.Lease ? leases : reservations).put(state, grant));
  }
}
