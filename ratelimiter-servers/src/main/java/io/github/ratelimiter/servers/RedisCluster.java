package io.github.ratelimiter.servers;

import static io.github.ratelimiter.servers.Eventually.eventually;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A cluster of server processes: masters share the slots evenly; each may have one replica. */
public final class RedisCluster implements AutoCloseable {
  private static final int SLOTS = 16_384;

  private final List<RedisProcess> masters;
  private final List<RedisProcess> replicas;

  private RedisCluster(List<RedisProcess> masters, List<RedisProcess> replicas) {
    this.masters = masters;
    this.replicas = replicas;
  }

  /** A cluster that is up. */
  public static RedisCluster start(int masters, boolean replicas, String... options) {
    RedisCluster cluster =
        new RedisCluster(
            nodes(masters, options), replicas ? nodes(masters, options) : new ArrayList<>());
    try {
      cluster.form();
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  private static List<RedisProcess> nodes(int count, String... options) {
    List<String> all =
        new ArrayList<>(List.of("--cluster-enabled", "yes", "--cluster-node-timeout", "1000"));
    all.addAll(List.of("--repl-diskless-sync-delay", "0"));
    all.addAll(Arrays.asList(options));
    return IntStream.range(0, count)
        .mapToObj(i -> RedisProcess.start(all.toArray(String[]::new)))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private void form() {
    int count = masters.size();
    for (int i = 0; i < count; i++) {
      int first = SLOTS * i / count;
      int last = SLOTS * (i + 1) / count - 1;
      masters.get(i).run("CLUSTER", "ADDSLOTSRANGE", first, last);
      masters.get(i).run("CLUSTER", "SET-CONFIG-EPOCH", i + 1);
    }
    for (RedisProcess node : nodes()) {
      node.run("CLUSTER", "MEET", "127.0.0.1", masters.get(0).port());
    }
    eventually("all nodes know each other").until(() -> nodes().stream().allMatch(this::knowsAll));
    for (int i = 0; i < replicas.size(); i++) {
      replicas.get(i).run("CLUSTER", "REPLICATE", masters.get(i).text("CLUSTER", "MYID"));
    }
    awaitUp();
  }

  private boolean knowsAll(RedisProcess node) {
    String known = node.text("CLUSTER", "NODES");
    return known.lines().filter(line -> !line.contains("handshake")).count() == nodes().size();
  }

  /** Waits until all nodes are up and every replica follows its master. */
  public void awaitUp() {
    eventually("the cluster is up")
        .atMost(Duration.ofMinutes(1))
        .until(() -> nodes().stream().allMatch(this::isUp));
  }

  private boolean isUp(RedisProcess node) {
    String replication = node.text("INFO", "replication");
    return isOk(node)
        && (replicas.isEmpty()
            || replication.contains("state=online")
            || replication.contains("master_link_status:up"));
  }

  private static boolean isOk(RedisProcess node) {
    return node.text("CLUSTER", "INFO").contains("cluster_state:ok");
  }

  public List<RedisProcess> masters() {
    return masters;
  }

  public List<RedisProcess> replicas() {
    return replicas;
  }

  /** Adds a master without slots. */
  public RedisProcess addMaster() {
    RedisProcess node = nodes(1).get(0);
    node.run("CLUSTER", "MEET", "127.0.0.1", masters.get(0).port());
    masters.add(node);
    eventually("the new node is known").until(() -> nodes().stream().allMatch(this::knowsAll));
    eventually("the new node is up").until(() -> isOk(node));
    return node;
  }

  /** The master of a slot, as the first living node sees it. */
  public RedisProcess ownerOf(int slot) {
    for (RedisProcess node : masters) {
      String self =
          node.text("CLUSTER", "NODES")
              .lines()
              .filter(line -> line.contains("myself"))
              .findFirst()
              .orElseThrow();
      String[] words = self.split(" ", -1);
      for (int i = 8; i < words.length && !words[i].startsWith("["); i++) {
        String[] ends = words[i].split("-", -1);
        if (Integer.parseInt(ends[0]) <= slot && slot <= Integer.parseInt(ends[ends.length - 1])) {
          return node;
        }
      }
    }
    throw new AssertionError("nobody owns slot " + slot);
  }

  /** Begins to move a slot: keys that are not there any more are asked for at the new node. */
  public void beginMove(int slot, RedisProcess from, RedisProcess to) {
    to.run("CLUSTER", "SETSLOT", slot, "IMPORTING", from.text("CLUSTER", "MYID"));
    from.run("CLUSTER", "SETSLOT", slot, "MIGRATING", to.text("CLUSTER", "MYID"));
  }

  /** Moves the keys of a slot. */
  public void moveKeys(int slot, RedisProcess from, RedisProcess to) {
    while (true) {
      List<?> keys =
          Objects.requireNonNull((List<?>) from.run("CLUSTER", "GETKEYSINSLOT", slot, 10));
      if (keys.isEmpty()) {
        return;
      }
      for (Object key : keys) {
        from.run("MIGRATE", "127.0.0.1", to.port(), key, 0, 5_000);
      }
    }
  }

  /** Ends the move: the new node owns the slot. */
  public void endMove(int slot, RedisProcess to) {
    String id = to.text("CLUSTER", "MYID");
    to.run("CLUSTER", "SETSLOT", slot, "NODE", id);
    masters.forEach(node -> node.run("CLUSTER", "SETSLOT", slot, "NODE", id));
  }

  /** Waits until the replica of a dead master has taken its place. */
  public void awaitPromotion(int master) {
    RedisProcess replica = replicas.get(master);
    eventually(replica + " is promoted").atMost(Duration.ofSeconds(30)).until(replica::isMaster);
  }

  /** All nodes: the masters of the beginning, then their replicas in the same order. */
  public List<RedisProcess> nodes() {
    List<RedisProcess> nodes = new ArrayList<>(masters);
    nodes.addAll(replicas);
    return nodes;
  }

  /** The nodes, as a client is told. */
  public String uri() {
    return masters.get(0).uri();
  }

  @Override
  public void close() {
    nodes().forEach(RedisProcess::close);
  }
}
