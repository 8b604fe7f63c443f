package io.github.ratelimiter.redis;

class GroupedSpecTest extends RedisStateStoreSpec {
  @Override
  RedisStateStoreBuilder path(RedisStateStoreBuilder builder) {
    return builder;
  }
}
