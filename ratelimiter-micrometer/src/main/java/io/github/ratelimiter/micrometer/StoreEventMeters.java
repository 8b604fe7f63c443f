package io.github.ratelimiter.micrometer;

import io.github.ratelimiter.store.StoreEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Counts the events of stores. Thread-safe. */
final class StoreEventMeters {
  private record Name(String meter, Tags tags) {}

  private final Registered registered;
  private final ConcurrentMap<Name, Counter> counters = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Timer> timers = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, DistributionSummary> sizes = new ConcurrentHashMap<>();

  StoreEventMeters(Registered registered) {
    this.registered = registered;
  }

  void count(StoreEvent event) {
    if (event instanceof StoreEvent.BatchEnded batch) {
      batch(batch);
    } else if (event instanceof StoreEvent.LeaseGranted lease) {
      add(
          "rate.limiter.lease.granted",
          "Permits that were leased from the store",
          policy(lease.policy().name()),
          lease.permits());
    } else if (event instanceof StoreEvent.LeaseReturned lease) {
      add(
          "rate.limiter.lease.returned",
          "Permits of leases that were returned unused",
          policy(lease.policy().name()),
          lease.permits());
    } else if (event instanceof StoreEvent.FallbackDecided fallback) {
      add(
          "rate.limiter.fallbacks",
          "Decisions of a fallback, by why the store did not decide",
          policy(fallback.request().policy().name()).and("reason", Names.error(fallback.reason())),
          1);
    } else if (event instanceof StoreEvent.Recovered recovered) {
      add(
          "rate.limiter.recovered",
          "Permits that the store was charged for after an outage",
          Tags.empty(),
          recovered.permits());
    } else if (event instanceof StoreEvent.BreakerOpened) {
      transition("open");
    } else if (event instanceof StoreEvent.BreakerHalfOpened) {
      transition("half_open");
    } else if (event instanceof StoreEvent.BreakerClosed) {
      transition("closed");
    }
  }

  private void batch(StoreEvent.BatchEnded batch) {
    timers
        .computeIfAbsent(
            batch.failed() ? "failed" : "ok",
            result ->
                registered.timer(
                    "redis.operation.duration",
                    "Time of calls to the servers of the store",
                    Tags.of("operation", "decide", "result", result)))
        .record(batch.time());
    sizes
        .computeIfAbsent(
            "rate.limiter.batch.size",
            name -> registered.summary(name, "Requests that were sent in one call"))
        .record(batch.requests());
  }

  private void transition(String state) {
    add(
        "rate.limiter.breaker.transitions",
        "Changes of the state of the circuit breaker",
        Tags.of("state", state),
        1);
  }

  private static Tags policy(String name) {
    return Tags.of("policy", name);
  }

  private void add(String meter, String description, Tags tags, long amount) {
    counters
        .computeIfAbsent(
            new Name(meter, tags), name -> registered.rareCounter(meter, description, tags))
        .increment((double) amount);
  }
}
