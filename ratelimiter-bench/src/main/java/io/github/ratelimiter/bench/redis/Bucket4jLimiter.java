package io.github.ratelimiter.bench.redis;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import io.github.bucket4j.distributed.BucketProxy;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.AsyncProxyManager;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.distributed.proxy.optimization.Optimization;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.github.ratelimiter.bench.limiter.Bucket4jSettings;
import io.github.ratelimiter.bench.limiter.Quota;
import io.github.ratelimiter.bench.limiter.SharedLimiter;
import io.github.ratelimiter.bench.server.Server;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Bucket4j on Lettuce. Each key has one proxy, because only requests of a proxy are batched. */
final class Bucket4jLimiter implements SharedLimiter.ReturningBoolean {
  /** How long a full bucket is kept. The documentation of Bucket4j uses this value. */
  private static final Duration KEPT = Duration.ofSeconds(10);

  private final RedisClient client;
  private final ProxyManager<String> blocking;
  private final AsyncProxyManager<String> async;
  private final BucketConfiguration configuration;
  private final @Nullable Optimization optimization;
  private final Map<String, BucketProxy> proxies = new ConcurrentHashMap<>();
  private final Map<String, AsyncBucketProxy> asyncProxies = new ConcurrentHashMap<>();

  Bucket4jLimiter(String uri, Quota quota, @Nullable Optimization optimization) {
    this.client = Server.client(uri);
    this.blocking =
        Bucket4jLettuce.casBasedBuilder(
                client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE)))
            .expirationAfterWrite(
                ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(KEPT))
            .build();
    this.async = blocking.asAsync();
    this.optimization = optimization;
    this.configuration = Bucket4jSettings.configuration(quota);
  }

  @Override
  public Boolean tryAcquire(String key) {
    BucketProxy proxy = proxies.get(key);
    return (proxy != null ? proxy : proxies.computeIfAbsent(key, this::proxy)).tryConsume(1);
  }

  private BucketProxy proxy(String key) {
    var builder = blocking.builder();
    return (optimization == null ? builder : builder.withOptimization(optimization))
        .build(key, () -> configuration);
  }

  @Override
  public CompletionStage<Boolean> tryAcquireAsync(String key) {
    AsyncBucketProxy proxy = asyncProxies.get(key);
    return (proxy != null ? proxy : asyncProxies.computeIfAbsent(key, this::asyncProxy))
        .tryConsume(1);
  }

  private AsyncBucketProxy asyncProxy(String key) {
    var builder = async.builder();
    return (optimization == null ? builder : builder.withOptimization(optimization))
        .build(key, () -> CompletableFuture.completedFuture(configuration));
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
