package io.github.ratelimiter.bench.fleet;

import io.github.ratelimiter.cli.CommandException;
import io.github.ratelimiter.cli.Io;
import io.github.ratelimiter.cli.PngFile;
import io.github.ratelimiter.cli.StatusLine;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures a fleet of instances on a Redis cluster, under load and under faults. */
@Command(
    name = "fleet",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 92,
    description =
        "Measure instances in processes of their own on a Redis cluster, under load and under"
            + " faults.",
    descriptionHeading = "%n",
    optionListHeading = "%n",
    footer = {
      "",
      "The cluster has three masters and three replicas. Everything runs on this machine and ends",
      "with the command. The stages: warm-up, steady load, a spike of twice the rate, a master",
      "killed, a master paused, the memory of a master filled, recovery.",
      "",
      "Output",
      "  offered      requests that were to be made",
      "  wait         milliseconds from when a request was to be made to its answer",
      "  Redis calls  script calls per decision",
      "  CPU          microseconds of processor time per decision; that of the instances includes",
      "               the making of the requests, that of the servers the replicas",
      "  overshoot    permits above the limits in the worst interval of any key",
      "  unused       permits for hot keys that the limits allow and nobody got, of those asked for",
      "",
      "Examples",
      "  fleet",
      "  fleet --json fleet.json --picture fleet.png",
      "  fleet --instances 1 --rate 100000 --policy \"5000/s burst 50000\" --no-faults",
      "  fleet --minutes 60 --no-faults"
    })
public final class FleetCommand implements Callable<Integer> {
  /** The client logs every failed connection, and here failures are expected. */
  private static final List<Logger> CLIENT_LOGS =
      List.of(Logger.getLogger("io.lettuce"), Logger.getLogger("io.netty"));

  private final Io io;
  private final StatusLine status;

  @Mixin private FleetOptions options = new FleetOptions();

  @Option(names = "--json", paramLabel = "FILE", description = "Also write the report as JSON.")
  private @Nullable Path json;

  @Option(
      names = {"--picture", "--plot"},
      paramLabel = "FILE.png",
      description = "Also plot the decisions and the memory over time.")
  private @Nullable Path picture;

  /**
   * Creates the command.
   *
   * @param io the streams
   */
  public FleetCommand(Io io) {
    this.io = io;
    this.status = new StatusLine(io);
  }

  /** Measures and prints the report. */
  @Override
  public Integer call() {
    FleetSetup setup = options.setup();
    if (picture != null) {
      PngFile.check(picture);
    }
    checkJson();
    status.show("starting");
    try (Fleet fleet = Fleet.start(setup)) {
      print(new FleetRun(setup, fleet, status::show).run());
      return 0;
    } catch (IllegalStateException | UncheckedIOException | ConditionTimeoutException e) {
      throw new CommandException(String.valueOf(e.getMessage()));
    } finally {
      status.show("");
    }
  }

  /** Runs one instance in this process. The command starts it for every instance. */
  @Command(name = "instance", hidden = true)
  int instance() throws IOException, InterruptedException {
    CLIENT_LOGS.forEach(log -> log.setLevel(Level.OFF));
    Instance.serve(new InputStreamReader(io.in(), StandardCharsets.UTF_8), io.out());
    return 0;
  }

  private void checkJson() {
    Path parent = json == null ? null : json.toAbsolutePath().getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      throw new CommandException("cannot write " + json + ": there is no such directory");
    }
  }

  private void print(FleetResult result) {
    status.show("");
    io.out().print(FleetReport.table(result));
    io.out().flush();
    if (json != null) {
      write(json, FleetJson.of(result));
    }
    if (picture != null) {
      PngFile.write(picture, () -> FleetPlot.of(result));
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new CommandException("cannot write " + file + ": " + e.getMessage());
    }
  }
}
