package io.github.ratelimiter.bench.server;

import io.github.ratelimiter.servers.RedisProcess;
import java.io.UncheckedIOException;

/** A server process of a cluster, on a port of 127.0.0.1 that stays the same over restarts. */
public final class ClusterNode {
  private final RedisProcess process;
  private boolean running = true;
  private boolean paused;
  private ServerStats ended = ServerStats.NONE;
  private ServerStats latest = ServerStats.NONE;
  private long memory;

  ClusterNode(RedisProcess process) {
    this.process = process;
  }

  /** Starts the node, without data, and waits until it answers. */
  public synchronized void start() {
    process.startAgain();
    running = true;
  }

  /** Returns the URI of the node. */
  public String uri() {
    return process.uri();
  }

  String info(String section) {
    return process.text("INFO", section);
  }

  /** Returns whether the node answers and is a master. */
  public synchronized boolean isMaster() {
    try {
      return running && !paused && process.isMaster();
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  /** Kills the process. Its data is lost. */
  public synchronized void kill() {
    refresh();
    process.kill();
    running = false;
    paused = false;
    ended = ended.plus(latest);
    latest = ServerStats.NONE;
    memory = 0;
  }

  /** Stops the process from running. Its connections stay open. */
  public synchronized void pause() {
    refresh();
    paused = true;
    process.pause();
  }

  /** Lets the process continue after {@link #pause()}. */
  public synchronized void resume() {
    process.resume();
    paused = false;
  }

  /** Sets the maximum memory in bytes; 0 for no maximum. The node evicts nothing. */
  public synchronized void maximumMemory(long bytes) {
    process.run("CONFIG", "SET", "maxmemory", bytes);
  }

  /** Reads the counters, unless the node is paused or does not run. */
  private void refresh() {
    if (!running || paused) {
      return;
    }
    try {
      latest = ServerStats.parse(info("commandstats"), info("cpu"), info("stats"));
      memory = Long.parseLong(ServerStats.field(info("memory"), "used_memory"));
    } catch (UncheckedIOException e) {
      // The node is busy. The latest counters are kept.
    }
  }

  /** Returns the counters since the first start. Those of a node that is down are the latest. */
  public synchronized ServerStats stats() {
    refresh();
    return ended.plus(latest);
  }

  /** Returns the bytes in use, as of the last call of {@link #stats()}. */
  public synchronized long memory() {
    return memory;
  }
}
