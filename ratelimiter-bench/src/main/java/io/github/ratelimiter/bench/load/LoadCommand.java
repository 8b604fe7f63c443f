package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.bench.audit.Audit;
import io.github.ratelimiter.bench.server.Server;
import io.github.ratelimiter.bench.server.ServerOption;
import io.github.ratelimiter.cli.CommandException;
import io.github.ratelimiter.cli.FormatOption;
import io.github.ratelimiter.cli.Io;
import io.github.ratelimiter.cli.PngFile;
import io.github.ratelimiter.cli.StatusLine;
import io.lettuce.core.RedisException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures Redis under the load of a fleet, from the command line. */
@Command(
    name = "load",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 92,
    description = "Measure Redis under the load of a fleet, with or without admission caches.",
    descriptionHeading = "%n",
    optionListHeading = "%n",
    footer = {
      "",
      "Output",
      "  hits             decisions without a call to Redis, by a lease or by a known refusal",
      "  microseconds     latency: in a closed loop from request to answer, including the choice of",
      "                   the key; in an open loop from the intended time of the request",
      "  key operations   keys that Redis looked up",
      "  round trips      script calls",
      "  audit            compares the permits granted in each interval with the limits;",
      "                   a permit counts if both its request and its answer are in the interval",
      "",
      "Examples",
      "  load",
      "  load --lease 1s --duration 30s --plot load.png",
      "  load --instances 10 --policy \"1000/s burst 2000\" --audit",
      "  load --rate 50000 --no-cache",
      "  load --hot-share 1 --threads 2 --policy \"100000/s burst 1000000\""
    })
public final class LoadCommand implements Callable<Integer> {
  private final Io io;
  private final StatusLine status;

  @Mixin private LoadOptions load = new LoadOptions();

  @Mixin private ServerOption serverOption = new ServerOption();

  @Option(
      names = "--audit",
      description = "Log every granted permit, and check every interval of every key afterwards.")
  private boolean audit;

  @Option(
      names = "--audit-permits",
      paramLabel = "N",
      description =
          "Maximum number of permits to log. Each takes 12 bytes, and 8 more during the check."
              + " Default: ${DEFAULT-VALUE}.")
  private long auditPermits = 50_000_000;

  @Option(
      names = "--plot",
      paramLabel = "FILE.png",
      description = "Also plot the decisions over time, by lease, known refusal and store.")
  private @Nullable Path plot;

  @Mixin private FormatOption format = new FormatOption();

  /**
   * Creates the command.
   *
   * @param io the streams
   */
  public LoadCommand(Io io) {
    this.io = io;
    this.status = new StatusLine(io);
  }

  /** Measures and prints the report. */
  @Override
  public Integer call() {
    Setup setup = load.setup();
    validate(setup);
    try (Server server = serverOption.open();
        Run run = new Run(setup, server, status::show)) {
      print(run.measure(audit ? auditPermits : 0));
      return 0;
    } catch (RedisException | StoreException e) {
      throw new CommandException(String.valueOf(e.getMessage()));
    } catch (OutOfMemoryError e) {
      throw new CommandException("out of memory: increase -Xmx or lower --audit-permits");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted");
    }
  }

  private void validate(Setup setup) {
    serverOption.check();
    if (plot != null) {
      PngFile.check(plot);
    }
    if (!audit) {
      return;
    }
    CommandException.checkRange("--audit-permits", auditPermits, 1, 1_000_000_000);
    Policy policy = setup.policy();
    String problem = Audit.problem(policy, setup.duration().toNanos() / 1_000, auditPermits);
    if (!problem.isEmpty()) {
      throw new CommandException("--audit is impossible: " + problem);
    }
  }

  private void print(Result result) {
    if (plot != null) {
      PngFile.write(plot, () -> LoadPlot.of(result));
    }
    io.out().print(format.isJson() ? LoadJson.of(result) : LoadReport.table(result));
    io.out().flush();
  }
}
