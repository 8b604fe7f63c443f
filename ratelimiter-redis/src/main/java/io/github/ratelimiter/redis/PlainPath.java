package io.github.ratelimiter.redis;

import io.github.ratelimiter.redis.Flight.Passenger;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A script call for each request. */
final class PlainPath implements Path {
  private final Wire wire;
  private final Queue<Flight> flights = new ConcurrentLinkedQueue<>();

  PlainPath(Wire wire) {
    this.wire = wire;
  }

  @Override
  public void submit(Pending pending) {
    Passenger passenger = new Passenger(wire.keys().stateKey(pending.request()));
    passenger.add(pending);
    Flight flight =
        new Flight(
            wire,
            List.of(passenger),
            landed -> {},
            part -> {
              throw new IllegalStateException("one request cannot be split");
            });
    flights.add(flight);
    flight.start();
  }

  @Override
  public boolean sweep(Now now) {
    for (Flight first = flights.peek(); first != null && first.isOver(); first = flights.peek()) {
      flights.remove(first);
    }
    flights.forEach(flight -> flight.sweep(now));
    return !flights.isEmpty();
  }

  @Override
  public String toString() {
    return "plain";
  }
}
