package io.github.ratelimiter.store;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Status;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A store that wraps another one and forwards every call to it, except {@link #close}, and except
 * {@link #acquirer}, {@link #tryDecideAll} and {@link #decideAll}, which would bypass {@link
 * #tryDecide} and {@link #decide}. So the parts of a joint request are decided one by one, unless a
 * subclass forwards it. A subclass overrides the methods that it handles itself.
 */
public abstract class ForwardingStore implements StateStore {
  private final StateStore delegate;

  /**
   * Creates a wrapper.
   *
   * @param delegate the store to forward calls to
   */
  protected ForwardingStore(StateStore delegate) {
    this.delegate = Objects.requireNonNull(delegate, "store");
  }

  /**
   * Returns the store that this one wraps.
   *
   * @return always the same store
   */
  protected final StateStore delegate() {
    return delegate;
  }

  /**
   * Returns the meters of the wrapped store and those of this one.
   *
   * @param own those of this one
   * @return a list for {@link #meters()}, to be kept
   */
  protected final List<StoreMeter> metersWith(StoreMeter... own) {
    return Stream.concat(delegate.meters().stream(), Stream.of(own)).toList();
  }

  @Override
  public @Nullable Decision tryDecide(Request request) {
    return delegate.tryDecide(request);
  }

  @Override
  public CompletionStage<Decision> decide(Request request, Deadline deadline) {
    return delegate.decide(request, deadline);
  }

  @Override
  public Duration timeout() {
    return delegate.timeout();
  }

  @Override
  public <T> Optional<T> unwrap(Class<T> type) {
    return type.isInstance(this) ? Optional.of(type.cast(this)) : delegate.unwrap(type);
  }

  @Override
  public Status status() {
    return delegate.status();
  }

  @Override
  public List<StoreMeter> meters() {
    return delegate.meters();
  }

  @Override
  public void addListener(StoreListener listener) {
    delegate.addListener(listener);
  }

  @Override
  public void removeListener(StoreListener listener) {
    delegate.removeListener(listener);
  }
}
