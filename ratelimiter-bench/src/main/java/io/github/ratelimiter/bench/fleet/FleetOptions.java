package io.github.ratelimiter.bench.fleet;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.bench.audit.Audit;
import io.github.ratelimiter.bench.options.LeaseOption;
import io.github.ratelimiter.bench.options.MixOptions;
import io.github.ratelimiter.cli.CommandException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of the load and of the stages. */
final class FleetOptions {
  private static final int MAX_INSTANCES = 100;
  private static final double MAX_RATE = 10_000_000;
  private static final long MAX_AUDITED_REQUESTS = 200_000_000;

  @Option(
      names = "--instances",
      paramLabel = "N",
      description = "Instances of the application, each a process. Default: ${DEFAULT-VALUE}.")
  private int instances = 10;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description =
          "Requests per second of each instance, independent of the answers. Default: 100.")
  private double rate = 100;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description =
          "Seconds of each stage; a spike is at most 10 seconds. Default: 15. A fault begins after"
              + " a tenth of its stage and ends after six tenths.")
  private double seconds = 15;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      description = "Seconds of the warm-up. A shorter one measures the compiler. Default: 30.")
  private double warmUp = 30;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "Soak: make the steady stage M minutes long, and report it in parts.")
  private double minutes;

  @Option(names = "--no-faults", description = "Only warm-up and steady load.")
  private boolean noFaults;

  // A hot key gets 48 requests/min from ten instances. So the limit refuses some, and the audit can
  // find an overshoot.
  @Option(
      names = {"-p", "--policy"},
      paramLabel = "POLICY",
      description = "Policy of every key. Default: 20/min burst 5.")
  private Policy policy = Policy.parse("fleet", "20/min burst 5");

  @Mixin private LeaseOption lease = new LeaseOption();

  @Mixin private MixOptions mix = new MixOptions();

  @Option(names = "--no-audit", description = "Do not log and check the granted permits.")
  private boolean noAudit;

  /**
   * Returns the setup described by the options.
   *
   * @throws CommandException if an option is out of range
   */
  FleetSetup setup() {
    CommandException.checkRange("--instances", instances, 1, MAX_INSTANCES);
    CommandException.checkRange("--rate", rate, 1, MAX_RATE);
    CommandException.checkRange("--seconds", seconds, 0.5, 3_600);
    CommandException.checkRange("--warm-up", warmUp, 0.5, 3_600);
    CommandException.checkRange("--minutes", minutes, 0, 1_440);
    FleetSetup setup =
        new FleetSetup(
            instances,
            rate,
            policy.text(),
            lease.lease(),
            mix.settings(),
            Stage.schedule(warmUp, seconds, minutes, !noFaults),
            !noAudit);
    checkAudit(setup);
    return setup;
  }

  private void checkAudit(FleetSetup setup) {
    if (noAudit) {
      return;
    }
    double partSeconds = Math.min(setup.seconds(), FleetAudit.LONGEST_PART_SECONDS);
    double requests = 2 * instances * rate * partSeconds;
    String problem =
        requests > MAX_AUDITED_REQUESTS
            ? "there are too many requests"
            : Audit.problem(policy, (long) (1e6 * partSeconds), (long) requests);
    if (!problem.isEmpty()) {
      throw new CommandException("an audit is impossible: " + problem + "; use --no-audit");
    }
  }
}
