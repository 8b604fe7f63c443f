package io.github.ratelimiter.bench.fleet;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.bench.audit.GrantFile;
import io.github.ratelimiter.bench.fleet.InstanceMessage.Done;
import io.github.ratelimiter.bench.fleet.InstanceMessage.Open;
import io.github.ratelimiter.bench.fleet.InstanceMessage.Task;
import io.github.ratelimiter.bench.generator.Generator;
import io.github.ratelimiter.bench.generator.Mix;
import io.github.ratelimiter.bench.generator.Outcome;
import io.github.ratelimiter.bench.generator.Pace;
import io.github.ratelimiter.bench.generator.Phase;
import io.github.ratelimiter.bench.limiter.SharedLimiter;
import io.github.ratelimiter.bench.process.Message;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An instance of the fleet, in a process of its own: the limiter and its part of the load. */
final class Instance implements AutoCloseable {
  /** Bounds the requests of an instance that cannot keep its rate. */
  private static final int MAX_IN_FLIGHT = 16_384;

  private static final long SEED = 42;

  private final FleetSetup setup;
  private final int index;
  private final Mix mix;
  private final SharedClock clock = new SharedClock();
  private final SharedLimiter<Decision> limiter;

  private Instance(Open open) {
    this.setup = open.setup();
    this.index = open.index();
    this.mix = setup.mix().create();
    this.limiter = Application.connect(setup, open.uris());
  }

  /** Executes the tasks of the fleet until its input ends. */
  static void serve(Reader input, PrintWriter out) throws IOException, InterruptedException {
    // If the fleet is killed during a stage.
    ProcessHandle.current().parent().ifPresent(Instance::endWith);
    BufferedReader in = new BufferedReader(input);
    String first = in.readLine();
    if (first == null) {
      return;
    }
    try (Instance instance = new Instance(Message.parse(first, Open.class))) {
      reply(out, InstanceMessage.READY);
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        reply(out, Message.format(instance.run(Message.parse(line, Task.class))));
      }
    }
  }

  private static void endWith(ProcessHandle fleet) {
    var unused = fleet.onExit().thenRun(() -> Runtime.getRuntime().halt(1));
  }

  private static void reply(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }

  private Done run(Task task) throws InterruptedException {
    Stage stage = setup.stages().get(task.stage());
    double rate = setup.rate() * stage.load();
    // The instances make their requests in turn and not all at the same instants.
    clock.sleepUntil(task.startMicros() + 1e6 / rate * index / setup.instances());
    try (GrantFile log = task.file().isEmpty() ? null : new GrantFile(Path.of(task.file()))) {
      long length = (long) (stage.seconds() * TimeUnit.SECONDS.toNanos(1));
      Phase phase = Phase.countingLate(mix, length, log);
      long seed = SEED + 1_000L * task.stage() + index;
      return measure(phase, new Pace(Pace.Loop.OPEN_SLEEPING, MAX_IN_FLIGHT, rate, seed));
    }
  }

  private Done measure(Phase phase, Pace pace) throws InterruptedException {
    long cpuNanos = Memory.cpuNanos();
    UsageSampler sampler = new UsageSampler(phase, clock);
    try (sampler) {
      Generator.run(List.of(limiter), pace, phase);
      cpuNanos = Memory.cpuNanos() - cpuNanos;
    }
    // So that garbage that was not collected yet does not look like growth.
    System.gc();
    return new Done(
        clock.micros(phase.startNanos()),
        clock.errorMicros(),
        Outcome.of(phase),
        cpuNanos,
        sampler.samples(),
        sampler.sample());
  }

  @Override
  public void close() {
    limiter.close();
  }
}
