package io.github.ratelimiter.bench.fleet;

import io.github.ratelimiter.bench.fleet.InstanceMessage.Done;
import io.github.ratelimiter.bench.fleet.InstanceMessage.Open;
import io.github.ratelimiter.bench.fleet.InstanceMessage.Task;
import io.github.ratelimiter.bench.process.AtExit;
import io.github.ratelimiter.bench.process.Child;
import io.github.ratelimiter.bench.process.Message;
import io.github.ratelimiter.bench.process.TempDirectory;
import io.github.ratelimiter.bench.server.Cluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The processes of a run: the cluster and the instances. They end with this process. */
final class Fleet implements AutoCloseable {
  private static final int MASTERS = 3;
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);

  /** How long an instance may take for late answers, a garbage collection and its reply. */
  private static final Duration REPLY_TIMEOUT = Duration.ofMinutes(2);

  private final Cluster cluster;
  private final TempDirectory directory = new TempDirectory();
  private final List<Child> instances = new CopyOnWriteArrayList<>();
  private final AtExit atExit = new AtExit(this::killAll);

  private Fleet(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Starts the cluster and the instances, and waits until all are ready. */
  static Fleet start(FleetSetup setup) {
    Fleet fleet = new Fleet(Cluster.start(MASTERS));
    try {
      fleet.startInstances(setup);
      return fleet;
    } catch (RuntimeException | Error e) {
      fleet.close();
      throw e;
    }
  }

  private void startInstances(FleetSetup setup) {
    // One after the other, because a busy machine makes connections time out.
    for (int i = 0; i < setup.instances(); i++) {
      Child instance = Child.start(setup.jvmOptions(), List.of("fleet", "instance"));
      instances.add(instance);
      instance.send(Message.format(new Open(setup, i, cluster.uris())));
      String reply = instance.reply(START_TIMEOUT);
      if (!reply.equals(InstanceMessage.READY)) {
        throw new IllegalStateException("an instance replied " + reply);
      }
    }
  }

  Cluster cluster() {
    return cluster;
  }

  /** Lets all instances begin a stage at a time. */
  void begin(int stage, long startMicros, boolean audit) {
    for (int i = 0; i < instances.size(); i++) {
      String file = audit ? grantFile(stage, i).toString() : "";
      instances.get(i).send(Message.format(new Task(stage, startMicros, file)));
    }
  }

  /** Returns the file for the permits that an instance granted in a stage. */
  Path grantFile(int stage, int instance) {
    return directory.resolve("grants-" + stage + "-" + instance);
  }

  /** Waits for the results of all instances. */
  List<Done> results(Stage stage) {
    Duration timeout = REPLY_TIMEOUT.plusMillis((long) (1e3 * stage.seconds()));
    return instances.stream()
        .map(instance -> Message.parse(instance.reply(timeout), Done.class))
        .toList();
  }

  @Override
  public void close() {
    // All at once, because each gives back its leases.
    instances.forEach(Child::endInput);
    instances.forEach(Child::close);
    cluster.close();
    directory.close();
    atExit.close();
  }

  /** The cluster ends by itself. */
  private void killAll() {
    instances.forEach(Child::kill);
    directory.close();
  }
}
