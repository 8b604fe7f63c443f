package io.github.ratelimiter.bench.fleet;

import io.github.ratelimiter.bench.server.Cluster;
import io.github.ratelimiter.bench.server.ClusterNode;
import io.github.ratelimiter.bench.server.ServerStats;
import java.util.ArrayList;
import java.util.List;

/**
 * The work of the servers in a stage.
 *
 * @param calls the script calls
 * @param cpuMicros the processor time of all servers
 * @param masterCpuMicros the processor time of those that were masters at the beginning
 * @param busiest the processor time of the busiest server, as a part of the time of one core
 */
record ServerWork(long calls, double cpuMicros, double masterCpuMicros, double busiest) {

  /** Reads the counters at the beginning of a stage. */
  static Beginning begin(Cluster cluster) {
    List<ServerStats> before = new ArrayList<>();
    List<Boolean> isMaster = new ArrayList<>();
    for (ClusterNode node : cluster.nodes()) {
      isMaster.add(node.isMaster());
      before.add(node.stats());
    }
    return new Beginning(cluster, before, isMaster, System.nanoTime());
  }

  /** The counters at the beginning of a stage. */
  record Beginning(
      Cluster cluster, List<ServerStats> before, List<Boolean> isMaster, long startNanos) {

    /** Returns the work since then. */
    ServerWork end() {
      double micros = (System.nanoTime() - startNanos) / 1e3;
      ServerWork sum = new ServerWork(0, 0, 0, 0);
      for (int i = 0; i < before.size(); i++) {
        ServerStats work = cluster.nodes().get(i).stats().since(before.get(i));
        sum = sum.plus(work, isMaster.get(i), micros);
      }
      return sum;
    }
  }

  private ServerWork plus(ServerStats work, boolean isMaster, double micros) {
    return new ServerWork(
        calls + work.scripts().calls(),
        cpuMicros + work.cpuMicros(),
        masterCpuMicros + (isMaster ? work.cpuMicros() : 0),
        Math.max(busiest, work.cpuMicros() / micros));
  }
}
