package io.github.ratelimiter.redis.transport;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Counts connections to servers. Thread-safe. */
public final class ConnectionCount implements RedisConnectionStateListener {
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicLong opened = new AtomicLong();

  /** Returns the number of connections that are open. */
  public int open() {
    return open.get();
  }

  /** Returns how many connections were opened, reconnects included. */
  public long opened() {
    return opened.get();
  }

  void connected() {
    open.incrementAndGet();
    opened.incrementAndGet();
  }

  @Override
  public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress address) {
    connected();
  }

  @Override
  public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
    open.decrementAndGet();
  }
}
