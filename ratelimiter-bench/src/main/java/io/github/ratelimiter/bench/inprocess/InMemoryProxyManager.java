package io.github.ratelimiter.bench.inprocess;

import io.github.bucket4j.distributed.proxy.ClientSideConfig;
import io.github.bucket4j.distributed.proxy.generic.compare_and_swap.AbstractCompareAndSwapBasedProxyManager;
import io.github.bucket4j.distributed.proxy.generic.compare_and_swap.AsyncCompareAndSwapOperation;
import io.github.bucket4j.distributed.proxy.generic.compare_and_swap.CompareAndSwapOperation;
import io.github.bucket4j.distributed.remote.RemoteBucketState;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** A stand-in for a remote store of Bucket4j: a map with compare-and-swap. */
final class InMemoryProxyManager extends AbstractCompareAndSwapBasedProxyManager<String> {
  private final Map<String, byte[]> states = new ConcurrentHashMap<>();

  InMemoryProxyManager() {
    super(ClientSideConfig.getDefault());
  }

  @Override
  protected CompareAndSwapOperation beginCompareAndSwapOperation(String key) {
    return new CompareAndSwapOperation() {
      @Override
      public Optional<byte[]> getStateData(Optional<Long> timeoutNanos) {
        return Optional.ofNullable(states.get(key));
      }

      @Override
      public boolean compareAndSwap(
          byte[] before, byte[] after, RemoteBucketState state, Optional<Long> timeoutNanos) {
        // The state is unchanged if the array is the same object.
        return before == null
            ? states.putIfAbsent(key, after) == null
            : states.computeIfPresent(key, (k, now) -> now == before ? after : now) == after;
      }
    };
  }

  @Override
  protected AsyncCompareAndSwapOperation beginAsyncCompareAndSwapOperation(String key) {
    throw new UnsupportedOperationException("only blocking calls are measured");
  }

  @Override
  protected CompletableFuture<Void> removeAsync(String key) {
    throw new UnsupportedOperationException("only blocking calls are measured");
  }

  @Override
  public void removeProxy(String key) {
    states.remove(key);
  }

  @Override
  public boolean isAsyncModeSupported() {
    return false;
  }

  @Override
  public boolean isExpireAfterWriteSupported() {
    return false;
  }
}
