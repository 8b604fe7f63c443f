package io.github.ratelimiter.spring.autoconfigure;

import io.github.ratelimiter.store.StateStore;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Stream;
import org.springframework.context.SmartLifecycle;

/**
 * A store and its wrappers. It closes them, the outermost first, before the client that the store
 * uses is stopped.
 */
final class StoreChain implements SmartLifecycle, AutoCloseable {
  private final Deque<StateStore> stores = new ArrayDeque<>();
  private final int phase;
  private volatile boolean closed;

  /**
   * Creates a chain.
   *
   * @param store the innermost store
   * @param wrappers are applied in this order
   * @param clientPhase the phase in which the client of the store is stopped
   */
  StoreChain(StateStore store, Stream<? extends StoreWrapper> wrappers, int clientPhase) {
    stores.push(store);
    wrappers.forEach(wrapper -> stores.push(wrapper.apply(outermost())));
    phase = clientPhase + 1;
  }

  StateStore outermost() {
    return stores.getFirst();
  }

  @Override
  public void start() {}

  @Override
  public void stop() {
    close();
  }

  @Override
  public boolean isRunning() {
    return !closed;
  }

  @Override
  public int getPhase() {
    return phase;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      stores.forEach(StateStore::close);
    }
  }
}
