package io.github.ratelimiter.store;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What callers of one key do: some take permits and use them at once, some hold them and release
 * what they did not need, some lease them and use them one by one before the lease ends, some
 * reserve them and come at their turn. The clock runs forward.
 */
final class Spending {
  /** Permits used at an instant. */
  record Use(long at, long permits) {}

  private record Lease(Grant grant, long left) {}

  private final Scenarios scenarios;
  private final Policy policy;
  private final KeyState state;
  private final List<Lease> leases = new ArrayList<>();
  private final List<Grant> waiting = new ArrayList<>();
  private final List<Grant> held = new ArrayList<>();
  private final List<Use> uses = new ArrayList<>();
  private final List<Long> grants = new ArrayList<>();
  private boolean gaveBack;
  private final boolean leasing;
  private final boolean reservation;

  Spending(Scenarios scenarios, Policy policy) {
    this.scenarios = scenarios;
    this.policy = policy;
    this.state = new KeyState(policy);
    this.leasing = scenarios.random.nextInt(4) > 0;
    this.reservation = policy.reservable() && scenarios.random.nextInt(4) > 0;
  }

  /** What was used, in the order of time, after so many steps. */
  List<Use> run(int steps) {
    long period = policy.limits().get(0).period().toNanos() / 1_000;
    long now = scenarios.origin() / 2;
    for (int step = 0; step < steps; step++) {
      long pause = scenarios.random.nextInt(3) == 0 ? 0 : (long) (period * pause());
      useLeases(now, now + pause);
      now += pause;
      act(now, period);
    }
    useLeases(now, Long.MAX_VALUE);
    waiting.forEach(grant -> uses.add(used(grant)));
    held.forEach(grant -> uses.add(used(grant)));
    uses.sort(Comparator.comparingLong(Use::at));
    return uses;
  }

  /** When permits were granted, whenever they were used. */
  List<Long> grants() {
    return grants;
  }

  /** Whether any lease came back unused: then a window may have begun more than once. */
  boolean gaveBack() {
    return gaveBack;
  }

  private double pause() {
    double any = scenarios.random.nextDouble();
    return any * any * any;
  }

  private void act(long now, long period) {
    Decision peek = state.decide(new Request.Peek(Scenarios.KEY, policy, 1), now);
    long permits = Math.min(scenarios.permits(policy, peek.remaining()), 1_000_000_000_000L);
    switch (scenarios.random.nextInt(8)) {
      case 0, 1 -> {
        if (state.decide(new Request.Acquire(Scenarios.KEY, policy, permits), now).allowed()) {
          grants.add(now);
          uses.add(new Use(now, permits));
        }
      }
      case 2 -> lease(now, permits, 1 + (long) (period * pause()));
      case 3 -> reserve(now, permits, (long) (period * 3 * pause()));
      case 4 -> giveBack(now);
      case 5 -> hold(now, permits);
      case 6 -> release(now);
      default -> cancel(now);
    }
  }

  private void hold(long now, long permits) {
    state
        .decide(new Request.Hold(Scenarios.KEY, policy, permits), now)
        .grant()
        .ifPresent(
            grant -> {
              grants.add(now);
              held.add(grant);
            });
  }

  /** Releases some of what was held at any time before. */
  private void release(long now) {
    if (!held.isEmpty()) {
      gaveBack = true;
      Grant grant = held.remove(held.size() - 1 - scenarios.random.nextInt(held.size()));
      long permits = 1 + scenarios.upTo(grant.permits());
      state.decide(new Request.Release(Scenarios.KEY, policy, permits, grant), now);
      if (permits < grant.permits()) {
        uses.add(new Use(grant.atMicros(), grant.permits() - permits));
      }
    }
  }

  private void lease(long now, long permits, long micros) {
    if (leasing) {
      long min = 1 + scenarios.upTo(permits);
      Request lease = new Request.Lease(Scenarios.KEY, policy, min, permits + min, micros);
      state
          .decide(lease, now)
          .grant()
          .ifPresent(
              grant -> {
                grants.add(now);
                leases.add(new Lease(grant, grant.permits()));
              });
    }
  }

  private void reserve(long now, long permits, long maxWait) {
    if (reservation) {
      state
          .decide(new Request.Reserve(Scenarios.KEY, policy, permits, maxWait), now)
          .grant()
          .ifPresent(
              grant -> {
                grants.add(now);
                waiting.add(grant);
              });
    }
  }

  private void giveBack(long now) {
    if (!leases.isEmpty()) {
      gaveBack = true;
      int any = scenarios.random.nextInt(leases.size());
      Lease lease = leases.get(any);
      long permits = 1 + scenarios.upTo(lease.left);
      state.decide(new Request.ReturnLease(Scenarios.KEY, policy, permits, lease.grant), now);
      replace(any, new Lease(lease.grant, lease.left - permits));
    }
  }

  private void cancel(long now) {
    waiting.removeIf(grant -> grant.usedAtMicros() <= now && uses.add(used(grant)));
    if (!waiting.isEmpty()) {
      Grant gone = waiting.remove(waiting.size() - 1 - scenarios.random.nextInt(waiting.size()));
      state.decide(new Request.Release(Scenarios.KEY, policy, gone), now);
    }
  }

  private static Use used(Grant grant) {
    return new Use(grant.usedAtMicros(), grant.permits());
  }

  private void replace(int index, Lease lease) {
    leases.remove(index);
    if (lease.left > 0) {
      leases.add(lease);
    }
  }

  /** Uses some of what is leased between two instants, often in a lease's last microsecond. */
  private void useLeases(long from, long to) {
    for (int i = leases.size() - 1; i >= 0; i--) {
      Lease lease = leases.get(i);
      long last = lease.grant.usedAtMicros() - 1;
      boolean over = last < to;
      long until = Math.min(last, to);
      long permits = over ? lease.left : scenarios.upTo(lease.left + 1);
      if (permits > 0 && from <= until) {
        long at =
            scenarios.random.nextBoolean() && over ? last : from + scenarios.upTo(until - from + 1);
        uses.add(new Use(at, permits));
      }
      leases.set(i, new Lease(lease.grant, lease.left - permits));
      if (over || lease.left == permits) {
        leases.remove(i);
      }
    }
  }
}
