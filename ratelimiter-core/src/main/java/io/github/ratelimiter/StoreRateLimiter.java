package io.github.ratelimiter;

import io.github.ratelimiter.internal.Arguments;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreListener;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** A limiter on a store: makes requests under the policy of their key and sends them. */
final class StoreRateLimiter implements RateLimiter {
  private final Requests requests;
  private final Calls calls;
  private final AsyncRateLimiter async;
  private final Collection<StateStore> wrapped;
  private final List<StoreListener> storeListeners;
  private volatile boolean closed;

  /**
   * Creates a limiter.
   *
   * @param wrapped the wrappers to close with the limiter, the outermost first
   * @param storeListeners are added to the store until the limiter is closed
   */
  StoreRateLimiter(
      Requests requests,
      Calls calls,
      Collection<StateStore> wrapped,
      List<StoreListener> storeListeners) {
    this.requests = requests;
    this.calls = calls;
    this.async = new AsyncStoreLimiter(requests, calls);
    this.wrapped = wrapped;
    this.storeListeners = List.copyOf(storeListeners);
    this.storeListeners.forEach(calls.store()::addListener);
  }

  Requests requests() {
    return requests;
  }

  Calls calls() {
    return calls;
  }

  @Override
  public Decision tryAcquire(String key, long permits) {
    return calls.acquire(key, requests.policyOf(key), permits);
  }

  @Override
  public Decision tryAcquire(String key, Cost cost) {
    return calls.decide(requests.hold(key, cost));
  }

  @Override
  public Decision tryAcquire(String key, long permits, Duration maxWait)
      throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return calls.await(key, requests.policyOf(key), permits, maxWait);
  }

  @Override
  public Decision peek(String key, long permits) {
    return calls.decide(requests.peek(key, permits));
  }

  @Override
  public Decision refund(String key, long permits) {
    return calls.decide(requests.refund(key, permits));
  }

  @Override
  public Reservation reserve(String key, long min, long max) {
    return calls.reserve(requests.hold(key, min, max));
  }

  @Override
  public Reservation reserve(String key, Cost cost) {
    return calls.reserve(requests.hold(key, cost));
  }

  @Override
  public Decision record(String key, long permits) {
    return calls.decide(requests.charge(key, permits));
  }

  @Override
  public Decision record(String key, Cost cost) {
    return calls.decide(requests.charge(key, cost));
  }

  @Override
  public Decision drain(String key, Duration duration) {
    return calls.decide(requests.drain(key, duration));
  }

  @Override
  public Decision reset(String key) {
    return calls.decide(requests.reset(key));
  }

  @Override
  public AsyncRateLimiter async() {
    return async;
  }

  @Override
  public KeyLimiter forKey(String key) {
    Arguments.checkKey(key);
    return new StoreKeyLimiter(this, key);
  }

  @Override
  public JointLimiter.Part part(String key) {
    Arguments.checkKey(key);
    return JointLimiter.Part.of(this, key);
  }

  @Override
  public void addObserver(CallObserver observer) {
    calls.observers().add(observer);
  }

  @Override
  public void removeObserver(CallObserver observer) {
    calls.observers().remove(observer);
  }

  @Override
  public StateStore store() {
    return calls.store();
  }

  @Override
  public Status status() {
    return closed ? new Status.Closed() : store().status();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = !wrapped.isEmpty();
      storeListeners.forEach(store()::removeListener);
      wrapped.forEach(StateStore::close);
    }
  }

  @Override
  public String toString() {
    return requests + " -> " + store();
  }
}
