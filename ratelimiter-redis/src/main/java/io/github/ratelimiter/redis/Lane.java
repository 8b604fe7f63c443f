package io.github.ratelimiter.redis;

import io.github.ratelimiter.Request;
import io.github.ratelimiter.redis.Flight.Passenger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The requests under one hash tag. Those that arrive while others are in flight travel together in
 * the next flights, those of one key in their order; a request that finds the lane idle leaves at
 * once. One connection carries all flights to a server, in order, so the next leave when the last
 * but one has landed: neither side waits for the other. In a cluster a flight may be sent on to
 * another node, so there nothing leaves before everything has landed, and the order in which a
 * key's requests arrived stays the order in which they are decided.
 */
final class Lane {
  /** The most keys in one script call: longer calls would only keep the server's others waiting. */
  static final int MOST_KEYS = 64;

  /** The most requests between two landings. */
  static final int MOST_REQUESTS = 1024;

  private record Name(String policy, String key) {
    static Name of(Request request) {
      return new Name(request.policy().name(), request.key());
    }
  }

  private final Wire wire;
  private final Queue<Pending> waiting = new ConcurrentLinkedQueue<>();
  private final Queue<Flight> flights = new ConcurrentLinkedQueue<>();
  private final AtomicInteger inAir = new AtomicInteger();
  private final AtomicBoolean boarding = new AtomicBoolean();

  /** How many flights may be in the air when others depart after a landing. */
  private final int overlap;

  Lane(Wire wire) {
    this.wire = wire;
    this.overlap = wire.connector().isCluster() ? 0 : 1;
  }

  void submit(Pending pending) {
    waiting.add(pending);
    departIf(0);
  }

  private void landed(Flight flight) {
    flights.remove(flight);
    departIf(Math.min(inAir.decrementAndGet(), overlap));
  }

  /** Sends what waits, unless more flights than so many are in the air: one of them will do it. */
  private void departIf(int most) {
    while (!waiting.isEmpty() && inAir.get() <= most && boarding.compareAndSet(false, true)) {
      List<Passenger> passengers = board();
      for (int i = 0; i < passengers.size(); i += MOST_KEYS) {
        List<Passenger> some = passengers.subList(i, Math.min(i + MOST_KEYS, passengers.size()));
        start(new Flight(wire, some, this::landed, this::start));
      }
      boarding.set(false);
    }
  }

  private void start(Flight flight) {
    inAir.incrementAndGet();
    flights.add(flight);
    flight.start();
  }

  private List<Passenger> board() {
    Now now = Now.look();
    Map<Name, Passenger> byKey = new LinkedHashMap<>();
    @Nullable Request last = null;
    @Nullable Passenger passenger = null;
    int boarded = 0;
    while (boarded < MOST_REQUESTS) {
      Pending next = waiting.poll();
      if (next == null) {
        break;
      }
      if (next.take(now)) {
        Request request = next.request();
        if (passenger == null || last == null || !sameState(request, last)) {
          passenger =
              byKey.computeIfAbsent(
                  Name.of(request), name -> new Passenger(wire.keys().stateKey(request)));
          last = request;
        }
        passenger.add(next);
        boarded++;
      }
    }
    return new ArrayList<>(byKey.values());
  }

  /** What callers of one hot key pass, the very same strings: others are found in the map. */
  @SuppressWarnings("StringEquality")
  private static boolean sameState(Request request, Request last) {
    return request.policy() == last.policy() && request.key() == last.key();
  }

  /**
   * Answers callers whose deadline has passed.
   *
   * @return false if nobody waits
   */
  boolean sweep(Now now) {
    for (Pending first = waiting.peek();
        first != null && (first.isDone() || first.isDue(now));
        first = waiting.peek()) {
      if (waiting.remove(first)) {
        first.expire();
      }
    }
    flights.forEach(flight -> flight.sweep(now));
    return inAir.get() > 0 || !waiting.isEmpty();
  }
}
