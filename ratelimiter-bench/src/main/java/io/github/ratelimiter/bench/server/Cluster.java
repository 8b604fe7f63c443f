package io.github.ratelimiter.bench.server;

import io.github.ratelimiter.bench.process.AtExit;
import io.github.ratelimiter.bench.process.TempDirectory;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A Redis cluster of processes on this machine. Each master has one replica. */
public final class Cluster implements AutoCloseable {
  private static final int SLOTS = 16_384;

  /** The port of the cluster bus is 10,000 higher than that of the clients. */
  private static final int HIGHEST_PORT = 55_000;

  private static final List<String> SETTINGS =
      List.of(
          "--bind 127.0.0.1 --save '' --appendonly no --maxmemory-policy noeviction",
          "--cluster-enabled yes --cluster-node-timeout 1000 --repl-diskless-sync-delay 0");

  private final RedisClient client = RedisClient.create();
  private final TempDirectory directory = new TempDirectory();
  private final int masters;
  private final List<ClusterNode> nodes = new CopyOnWriteArrayList<>();
  private final AtExit atExit = new AtExit(this::killAll);

  private Cluster(int masters) {
    this.masters = masters;
    // A node that was killed gets a new connection when it is started again.
    client.setOptions(ClientOptions.builder().autoReconnect(false).build());
  }

  /**
   * Starts a cluster and waits until it is up.
   *
   * @param masters the number of masters; there are as many replicas
   */
  public static Cluster start(int masters) {
    Cluster cluster = new Cluster(masters);
    try {
      cluster.startNodes();
      cluster.form();
      return cluster;
    } catch (IOException e) {
      cluster.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  private void startNodes() throws IOException {
    List<String> settings =
        SETTINGS.stream()
            .flatMap(line -> Stream.of(line.split(" ")))
            .map(word -> word.equals("''") ? "" : word)
            .toList();
    Set<Integer> ports = new HashSet<>();
    for (int i = 0; i < 2 * masters; i++) {
      Path home = Files.createDirectory(directory.resolve("node-" + i));
      ClusterNode node = new ClusterNode(client, freePort(ports), home, settings);
      nodes.add(node);
      node.start();
    }
  }

  private static int freePort(Set<Integer> taken) throws IOException {
    while (true) {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        int port = socket.getLocalPort();
        if (port < HIGHEST_PORT && taken.add(port)) {
          return port;
        }
      }
    }
  }

  @SuppressWarnings("unchecked")
  private void form() {
    for (int i = 0; i < masters; i++) {
      Range<Integer> slots = Range.create(SLOTS * i / masters, SLOTS * (i + 1) / masters - 1);
      nodes.get(i).commands().clusterAddSlotsRange(slots);
      nodes.get(i).commands().clusterSetConfigEpoch(i + 1);
    }
    nodes.forEach(node -> node.commands().clusterMeet("127.0.0.1", nodes.get(0).port()));
    Await.until("all nodes know each other", () -> nodes.stream().allMatch(this::knowsAll));
    for (int i = 0; i < masters; i++) {
      String master = nodes.get(i).commands().clusterMyId();
      nodes.get(masters + i).commands().clusterReplicate(master);
    }
    awaitUp();
  }

  private boolean knowsAll(ClusterNode node) {
    String known = node.commands().clusterNodes();
    return known.lines().filter(line -> !line.contains("handshake")).count() == nodes.size();
  }

  /** Waits until all nodes are up and every master has a replica that follows. */
  public void awaitUp() {
    Await.until("the cluster is up", () -> nodes.stream().allMatch(Cluster::isUp));
  }

  private static boolean isUp(ClusterNode node) {
    try {
      String replication = node.commands().info("replication");
      return node.commands().clusterInfo().contains("cluster_state:ok")
          && (replication.contains("role:master")
              ? replication.contains("state=online")
              : replication.contains("master_link_status:up"));
    } catch (RedisException e) {
      return false;
    }
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
    Await.until("part " + part + " has a master", () -> master(part).isPresent());
    return master(part).orElseThrow();
  }

  /** Returns the URIs of the masters of the beginning. */
  public List<String> uris() {
    return nodes.subList(0, masters).stream().map(ClusterNode::uri).toList();
  }

  /** Describes the versions and the machine, for a report. */
  public String about() {
    return Server.about(nodes.get(0).commands());
  }

  /** Kills all nodes and removes their files. */
  @Override
  public void close() {
    // Before the servers end, so that no connection breaks.
    client.shutdown();
    killAll();
    atExit.close();
  }

  private void killAll() {
    nodes.forEach(ClusterNode::close);
    directory.close();
  }
}
