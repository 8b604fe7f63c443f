package io.github.ratelimiter.spring.autoconfigure;

import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.redis.RedisStateStore;
import io.github.ratelimiter.redis.RedisStateStoreBuilder;
import io.github.ratelimiter.spring.RateLimiterProperties;
import io.github.ratelimiter.spring.failure.InvalidSettingException;
import io.github.ratelimiter.store.StateStore;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** The store in Redis, with its wrappers. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({RedisStateStore.class, LettuceConnectionFactory.class})
@ConditionalOnSingleCandidate(LettuceConnectionFactory.class)
@ConditionalOnMissingBean(StateStore.class)
@ConditionalOnBooleanProperty(name = "ratelimiter.redis.enabled", matchIfMissing = true)
final class RedisStoreConfiguration {
  @Bean
  StoreChain rateLimiterStoreChain(
      LettuceConnectionFactory redis,
      RateLimiterProperties properties,
      ObjectProvider<StoreWrapper> wrappers) {
    RateLimiterProperties.Redis settings = properties.redis();
    RedisStateStoreBuilder store =
        builder(redis)
            .keyPrefix(settings.keyPrefix())
            .timeout(settings.timeout())
            .hashTags(settings.hashTags());
    if (settings.requireConnection()) {
      store.requireConnection();
    }
    return new StoreChain(build(store), wrappers.orderedStream(), redis.getPhase());
  }

  /** The client of the application opens a connection that only the store uses. */
  private static RedisStateStoreBuilder builder(LettuceConnectionFactory redis) {
    AbstractRedisClient client = redis.getRequiredNativeClient();
    return client instanceof RedisClusterClient cluster
        ? RedisStateStore.builder(cluster)
        : RedisStateStore.builder((RedisClient) client);
  }

  private static RedisStateStore build(RedisStateStoreBuilder store) {
    try {
      return store.build();
    } catch (StoreMisconfiguredException e) {
      // The client of a static list has no address that it could connect to on its own.
      throw InvalidSettingException.of(
          "The limits cannot be kept in the Redis of this application: " + e.getMessage(),
          "Correct spring.data.redis. A static list of a master and its replicas cannot be used,"
              + " because it does not tell which of them is the master: declare a bean of the type"
              + " StateStore, for example RedisStateStore.builder(\"redis://host\").build(). Or set"
              + " ratelimiter.redis.enabled=false to keep limits in each process.");
    }
  }

  /** Its chain closes it. */
  @Bean(destroyMethod = "")
  StateStore rateLimiterStore(StoreChain chain) {
    return chain.outermost();
  }
}
