package io.github.ratelimiter.bench.tracing;

import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.bench.options.RoundOptions;
import io.github.ratelimiter.bench.report.RatioReport;
import io.github.ratelimiter.bench.server.Server;
import io.github.ratelimiter.bench.server.ServerOption;
import io.github.ratelimiter.cli.CommandException;
import io.github.ratelimiter.cli.FormatOption;
import io.github.ratelimiter.cli.Io;
import io.github.ratelimiter.cli.StatusLine;
import io.lettuce.core.RedisException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures what tracing adds to a lone call to Redis, from the command line. */
@Command(
    name = "tracing",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 92,
    description = "Measure what tracing adds to a lone call to Redis.",
    descriptionHeading = "%n",
    optionListHeading = "%n",
    footer = {
      "",
      "One thread calls Redis, without tracing and with each kind of it in turn, in every second",
      "round in the opposite order. Tracing without an SDK adds nothing, so its ratio shows the",
      "noise of the machine.",
      "",
      "Columns",
      "  p50, p99    time of a call in microseconds, over all rounds",
      "  ratio       median over the rounds of: median time / median time without tracing",
      "  quartiles   half of the rounds have a ratio between these"
    })
public final class TracingCommand implements Callable<Integer> {
  private final Io io;
  private final StatusLine status;

  @Mixin private ServerOption serverOption = new ServerOption();

  @Mixin private RoundOptions rounds = new RoundOptions(200, 100, 200);

  @Mixin private FormatOption format = new FormatOption();

  /**
   * Creates the command.
   *
   * @param io the streams
   */
  public TracingCommand(Io io) {
    this.io = io;
    this.status = new StatusLine(io);
  }

  /** Measures and prints the report. */
  @Override
  public Integer call() {
    serverOption.check();
    rounds.check();
    List<LoneCalls> contenders = new ArrayList<>();
    try (Server server = serverOption.open()) {
      try {
        for (Tracing tracing : Tracing.values()) {
          contenders.add(new LoneCalls(tracing, server.uri()));
        }
        rounds.run(
            contenders,
            status,
            contender -> contender.round(rounds.calls()),
            contender -> contender.times().forget());
        report(about(server), contenders);
      } finally {
        status.show("");
        contenders.forEach(LoneCalls::close);
      }
      return 0;
    } catch (RedisException | StoreException e) {
      throw new CommandException(String.valueOf(e.getMessage()));
    }
  }

  private String about(Server server) {
    return String.format(
        Locale.ROOT,
        "%s; %,d rounds of %,d calls of each kind",
        server.about(),
        rounds.rounds(),
        rounds.calls());
  }

  private void report(String about, List<LoneCalls> contenders) {
    RatioReport report =
        new RatioReport(
            about, "tracing", contenders.stream().map(LoneCalls::times).toList(), List.of());
    io.out().print(format.isJson() ? report.json() : report.table());
    io.out().flush();
  }
}
