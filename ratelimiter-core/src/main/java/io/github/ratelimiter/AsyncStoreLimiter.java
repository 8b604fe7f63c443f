package io.github.ratelimiter;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The methods of a limiter that return futures. */
final class AsyncStoreLimiter implements AsyncRateLimiter {
  private final Requests requests;
  private final Calls calls;

  AsyncStoreLimiter(Requests requests, Calls calls) {
    this.requests = requests;
    this.calls = calls;
  }

  @Override
  public CompletableFuture<Decision> tryAcquire(String key, long permits) {
    return calls.decideAsync(requests.acquire(key, permits));
  }

  @Override
  public CompletableFuture<Decision> tryAcquire(String key, Cost cost) {
    return calls.decideAsync(requests.hold(key, cost));
  }

  @Override
  public CompletableFuture<Decision> tryAcquire(String key, long permits, Duration maxWait) {
    return calls.awaitAsync(key, requests.policyOf(key), permits, maxWait);
  }

  @Override
  public CompletableFuture<Decision> peek(String key, long permits) {
    return calls.decideAsync(requests.peek(key, permits));
  }

  @Override
  public CompletableFuture<Decision> refund(String key, long permits) {
    return calls.decideAsync(requests.refund(key, permits));
  }

  @Override
  public CompletableFuture<Reservation> reserve(String key, long min, long max) {
    return calls.reserveAsync(requests.hold(key, min, max));
  }

  @Override
  public CompletableFuture<Reservation> reserve(String key, Cost cost) {
    return calls.reserveAsync(requests.hold(key, cost));
  }

  @Override
  public CompletableFuture<Decision> record(String key, long permits) {
    return calls.decideAsync(requests.charge(key, permits));
  }

  @Override
  public CompletableFuture<Decision> record(String key, Cost cost) {
    return calls.decideAsync(requests.charge(key, cost));
  }

  @Override
  public CompletableFuture<Decision> drain(String key, Duration duration) {
    return calls.decideAsync(requests.drain(key, duration));
  }

  @Override
  public CompletableFuture<Decision> reset(String key) {
    return calls.decideAsync(requests.reset(key));
  }

  @Override
  public String toString() {
    return requests + " -> " + calls.store();
  }
}
