package io.github.ratelimiter.bench.service;

import io.github.ratelimiter.bench.options.RoundOptions;
import io.github.ratelimiter.bench.report.RatioReport;
import io.github.ratelimiter.bench.server.Server;
import io.github.ratelimiter.bench.server.ServerOption;
import io.github.ratelimiter.cli.FormatOption;
import io.github.ratelimiter.cli.Io;
import io.github.ratelimiter.cli.StatusLine;
import io.github.ratelimiter.server.Main;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures checks of the reference service, from the command line. */
@Command(
    name = "service",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 92,
    description = "Measure checks of the reference service.",
    descriptionHeading = "%n",
    optionListHeading = "%n",
    footer = {
      "",
      "Each server is a process. The clients call one of them after the other, in every second",
      "round in the opposite order. The bare handler reads a check and answers the same bytes",
      "each time.",
      "",
      "Columns",
      "  p50, p99    time of a check in microseconds, over all rounds",
      "  ratio       median over the rounds of: median time / median time of the bare handler",
      "  quartiles   half of the rounds have a ratio between these",
      "  calls/s     checks in a second of all clients, median over the rounds",
      "  CPU µs      processor time of the server for a check"
    })
public final class ServiceCommand implements Callable<Integer> {
  private static final List<String> UNLIMITED =
      List.of("--port", "0", "--host", "127.0.0.1", "--default-limits", "1000000000/h");

  private final Io io;
  private final StatusLine status;

  @Mixin private ServerOption serverOption = new ServerOption();

  @Option(
      names = "--protocol",
      paramLabel = "HTTP|GRPC",
      description = "The protocol of the checks. Default: ${DEFAULT-VALUE}.")
  private Protocol protocol = Protocol.HTTP;

  @Option(
      names = "--clients",
      paramLabel = "N",
      description = "Number of clients, each with a connection. Default: ${DEFAULT-VALUE}.")
  private int clients = 1;

  @Mixin private RoundOptions rounds = new RoundOptions(40, 40, 500);

  @Mixin private FormatOption format = new FormatOption();

  /**
   * Creates the command.
   *
   * @param io the streams
   */
  public ServiceCommand(Io io) {
    this.io = io;
    this.status = new StatusLine(io);
  }

  /** Measures and prints the report. */
  @Override
  public Integer call() {
    serverOption.check();
    RoundOptions.atLeast(1, "--clients", clients);
    rounds.check();
    List<Contender> contenders = new ArrayList<>();
    try (Server redis = serverOption.open()) {
      try {
        start(contenders, redis);
        rounds.run(
            contenders, status, contender -> contender.round(rounds.calls()), Contender::forget);
        report(about(redis), contenders);
      } finally {
        status.show("");
        contenders.forEach(Contender::close);
      }
    }
    return 0;
  }

  private void start(List<Contender> contenders, Server redis) {
    contenders.add(contender("bare handler", protocol.bareHandler()));
    contenders.add(contender("in process", service(List.of())));
    contenders.add(
        contender("Redis", service(List.of("--redis", redis.uri(), "--redis-timeout", "10000"))));
  }

  private ServerProcess service(List<String> more) {
    return ServerProcess.start(
        protocol.address(),
        Main.class,
        Stream.of(UNLIMITED, protocol.options(), more).flatMap(List::stream).toList());
  }

  private Contender contender(String name, ServerProcess server) {
    return new Contender(
        name, server, clients, client -> protocol.caller(server.port(), user(client)));
  }

  private static String user(int client) {
    return Server.KEY_MARK + "-" + client;
  }

  private String about(Server redis) {
    return String.format(
        Locale.ROOT,
        "%s; %s, %d clients, %,d rounds of %,d calls of each",
        redis.about(),
        protocol,
        clients,
        rounds.rounds(),
        rounds.calls());
  }

  private void report(String about, List<Contender> contenders) {
    RatioReport report =
        new RatioReport(
            about,
            "server",
            contenders.stream().map(Contender::times).toList(),
            List.of(
                column("calls/s", "callsPerSecond", contenders, Contender::rate),
                column("CPU µs", "cpuMicros", contenders, Contender::cpuMicros)));
    io.out().print(format.isJson() ? report.json() : report.table());
    io.out().flush();
  }

  private static RatioReport.Column column(
      String heading, String field, List<Contender> contenders, Function<Contender, Double> value) {
    return new RatioReport.Column(heading, field, contenders.stream().map(value).toList());
  }
}
