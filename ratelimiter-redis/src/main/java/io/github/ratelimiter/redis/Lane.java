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
 * the next flight, those of one key in their order; a request that finds the lane idle leaves at
 * once. As nothing leaves before everything has landed, the order in which a key's requests arrived
 * is the order in which they are decided.
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
  private final AtomicBoolean busy = new AtomicBoolean();
  private final AtomicInteger outstanding = new AtomicInteger();

  Lane(Wire wire) {
    this.wire = wire;
  }

  void submit(Pending pending) {
    waiting.add(pending);
    if (!busy.get() && busy.compareAndSet(false, true)) {
      depart();
    }
  }

  /** Sends what waits, as long as it comes back at once. Requires that the caller made it busy. */
  private void depart() {
    while (true) {
      List<Passenger> passengers = board();
      if (passengers.isEmpty()) {
        busy.set(false);
        if (waiting.isEmpty() || !busy.compareAndSet(false, true)) {
          return;
        }
        continue;
      }
      flights.clear();
      outstanding.set(1);
      for (int i = 0; i < passengers.size(); i += MOST_KEYS) {
        List<Passenger> some = passengers.subList(i, Math.min(i + MOST_KEYS, passengers.size()));
        start(new Flight(wire, some, this::landed, this::start));
      }
      if (outstanding.decrementAndGet() != 0) {
        return;
      }
    }
  }

  private void start(Flight flight) {
    outstanding.incrementAndGet();
    flights.add(flight);
    flight.start();
  }

  private void landed(Flight flight) {
    if (outstanding.decrementAndGet() == 0) {
      depart();
    }
  }

  private List<Passenger> board() {
    long now = System.nanoTime();
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
  boolean sweep(long nanos) {
    for (Pending first = waiting.peek();
        first != null && (first.isDone() || first.isDue(nanos));
        first = waiting.peek()) {
      if (waiting.remove(first)) {
        first.expire();
      }
    }
    boolean flying = false;
    for (Flight flight : flights) {
      if (!flight.isOver()) {
        flying = true;
        flight.sweep(nanos);
      }
    }
    return flying || busy.get() || !waiting.isEmpty();
  }
}
