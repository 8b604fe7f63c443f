package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.StoreException;
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

/** Puts the load of a fleet on Redis from the command line. */
@Command(
    name = "load",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 92,
    description = "Put the load of a fleet on Redis, with admission caches or without.",
    descriptionHeading = "%n",
    optionListHeading = "%n",
    footer = {
      "",
      "What is printed",
      "  hits             decisions made in an instance: by a lease, or by a known refusal",
      "  microseconds     of a closed loop from request to answer, picking and counting included;",
      "                   of an open one from the intended instant",
      "  key operations   keys that Redis looked up",
      "  round trips      script calls",
      "  audit            each admitted permit was logged; in every interval that certainly holds",
      "                   them, they are compared with what the policy admits in its length",
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
      description = "Log every admitted permit, and check every interval of every key afterwards.")
  private boolean audit;

  @Option(
      names = "--audit-permits",
      paramLabel = "N",
      description =
          "How many permits to log at most, twelve bytes each, and eight more to check them."
              + " Default: ${DEFAULT-VALUE}.")
  private long auditPermits = 50_000_000;

  @Option(
      names = "--plot",
      paramLabel = "FILE.png",
      description = "Also draw decisions over time, by where they came from.")
  private @Nullable Path plot;

  @Mixin private FormatOption format = new FormatOption();

  /**
   * The command.
   *
   * @param io where it writes
   */
  public LoadCommand(Io io) {
    this.io = io;
    this.status = new StatusLine(io);
  }

  /** Measures and prints the report. */
  @Override
  public Integer call() {
    Setup setup = load.setup();
    check(setup);
    try (Server server = serverOption.open();
        Run run = new Run(setup, server, status::show)) {
      print(run.measure(audit ? auditPermits : 0));
      return 0;
    } catch (RedisException | StoreException e) {
      throw new CommandException(String.valueOf(e.getMessage()));
    } catch (OutOfMemoryError e) {
      throw new CommandException(
          "not enough memory: give Java more with -Xmx, or lower --audit-permits");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted");
    }
  }

  private void check(Setup setup) {
    serverOption.check();
    if (plot != null) {
      PngFile.check(plot);
    }
    if (!audit) {
      return;
    }
    if (auditPermits < 1 || auditPermits > 1_000_000_000) {
      throw new CommandException(
          "--audit-permits is " + auditPermits + "; it must be from 1 to 1000000000");
    }
    Policy policy = setup.policy();
    String problem = Audit.problem(policy, setup.duration().toNanos() / 1_000, auditPermits);
    if (!problem.isEmpty()) {
      throw new CommandException("--audit cannot check this: " + problem);
    }
  }

  private void print(Result result) {
    if (plot != null) {
      PngFile.write(plot, () -> Drawing.of(result));
    }
    io.out().print(format.isJson() ? LoadJson.of(result) : LoadReport.table(result));
    io.out().flush();
  }
}
