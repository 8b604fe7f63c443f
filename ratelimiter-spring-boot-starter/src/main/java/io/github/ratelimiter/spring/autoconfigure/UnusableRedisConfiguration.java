package io.github.ratelimiter.spring.autoconfigure;

import io.github.ratelimiter.redis.RedisStateStore;
import io.github.ratelimiter.spring.failure.InvalidSettingException;
import io.github.ratelimiter.store.StateStore;
import java.util.List;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * Refuses to start if the application has a Redis that the store cannot use. Limits that are kept
 * in each process, although they are meant to be shared, would allow a multiple. Is imported after
 * the store in Redis.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({RedisStateStore.class, RedisConnectionFactory.class})
@ConditionalOnBean(RedisConnectionFactory.class)
@ConditionalOnMissingBean(StateStore.class)
@ConditionalOnBooleanProperty(name = "ratelimiter.redis.enabled", matchIfMissing = true)
final class UnusableRedisConfiguration {
  @Bean
  StateStore rateLimiterStore(ListableBeanFactory factory) {
    List<String> names = List.of(factory.getBeanNamesForType(RedisConnectionFactory.class));
    throw InvalidSettingException.of(
        "The limits cannot be kept in the Redis of this application: a single or primary"
            + " LettuceConnectionFactory is needed, and the connection factories are "
            + names
            + ".",
        "Use Lettuce (spring.data.redis.client-type=lettuce), mark one of several connection"
            + " factories as @Primary, declare a bean of the type StateStore, or set"
            + " ratelimiter.redis.enabled=false to keep limits in each process.");
  }
}
