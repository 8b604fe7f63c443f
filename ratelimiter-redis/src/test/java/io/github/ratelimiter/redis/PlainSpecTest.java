package io.github.ratelimiter.redis;

class PlainSpecTest extends RedisStateStoreSpec {
  @Override
  RedisStateStoreBuilder path(RedisStateStoreBuilder builder) {
    return builder.plain();
  }
}
