package io.github.ratelimiter.opentelemetry;

import redis.embedded.ports.EphemeralPortProvider;

/** A Redis server on 127.0.0.1. It keeps nothing on disk. */
final class RedisServer implements AutoCloseable {
  private final int port = new EphemeralPortProvider().next();
  private final redis.embedded.RedisServer process;

  private RedisServer() {
    process =
        redis.embedded.RedisServer.builder()
            .port(port)
            .setting("bind 127.0.0.1")
            .setting("save \"\"")
            .setting("appendonly no")
            .build();
    process.start();
  }

  static RedisServer start() {
    return new RedisServer();
  }

  String uri() {
    return "redis://127.0.0.1:" + port;
  }

  void kill() {
    process.stop();
  }

  @Override
  public void close() {
    kill();
  }
}
