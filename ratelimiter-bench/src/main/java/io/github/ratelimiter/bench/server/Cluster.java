package io.github.ratelimiter.bench.server;

import static io.github.ratelimiter.servers.Eventually.eventually;

import io.github.ratelimiter.servers.RedisCluster;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A Redis cluster of processes on this machine. Each master has one replica. */
public final class Cluster implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  private final RedisCluster processes;
  private final List<ClusterNode> nodes;
  private final int masters;

  private Cluster(RedisCluster processes) {
    this.processes = processes;
    this.nodes = processes.nodes().stream().map(ClusterNode::new).toList();
    this.masters = processes.masters().size();
  }

  /**
   * Starts a cluster and waits until it is up.
   *
   * @param masters the number of masters; there are as many replicas
   */
  public static Cluster start(int masters) {
    return new Cluster(RedisCluster.start(masters, true));
  }

  /** Waits until all nodes are up and every master has a replica that follows. */
  public void awaitUp() {
    processes.awaitUp();
  }

  /** Returns all nodes. The first half are the masters of the beginning. */
  public List<ClusterNode> nodes() {
    return nodes;
  }

  /**
   * Returns the node that is now the master of a part of the slots.
   *
   * @param part 0 to the number of masters, excluded
   */
  public Optional<ClusterNode> master(int part) {
    return Stream.of(nodes.get(part), nodes.get(masters + part))
        .filter(ClusterNode::isMaster)
        .findFirst();
  }

  /** Waits until a part of the slots has a master that answers, and returns it. */
  public ClusterNode awaitMaster(int part) {
    return eventually("part " + part + " has a master")
        .atMost(TIMEOUT)
        .until(() -> master(part), Optional::isPresent)
        .orElseThrow();
  }

  /** Returns the URIs of the masters of the beginning. */
  public List<String> uris() {
    return nodes.subList(0, masters).stream().map(ClusterNode::uri).toList();
  }

  /** Describes the versions and the machine, for a report. */
  public String about() {
    return Server.about(nodes.get(0).info("server"));
  }

  /** Kills all nodes and removes their files. */
  @Override
  public void close() {
    processes.close();
  }
}
