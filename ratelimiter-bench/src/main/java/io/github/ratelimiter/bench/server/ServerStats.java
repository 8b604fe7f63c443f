package io.github.ratelimiter.bench.server;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The counters of a server.
 *
 * @param commands the counters of each command, including calls inside scripts
 * @param cpuMicros the CPU time of the server process
 * @param keysRead the number of keys that read commands looked up
 */
public record ServerStats(Map<String, Command> commands, double cpuMicros, long keysRead) {
  /** No calls. */
  static final ServerStats NONE = new ServerStats(Map.of(), 0, 0);

  private static final Pattern LINE =
      Pattern.compile("cmdstat_(\\S+?):calls=(\\d+),usec=(\\d+),.*");
  private static final Set<String> IGNORED_COMMANDS =
      Set.of("info", "flushall", "scan", "unlink", "hello", "client|setinfo", "script|load");

  /**
   * The counters of a command. The time of a script includes the time of its commands.
   *
   * @param calls the number of calls
   * @param micros the time of all calls
   */
  public record Command(long calls, long micros) {
    static final Command NONE = new Command(0, 0);

    Command minus(Command before) {
      return new Command(calls - before.calls, micros - before.micros);
    }

    Command plus(Command other) {
      return new Command(calls + other.calls, micros + other.micros);
    }
  }

  static ServerStats parse(String commandstats, String cpu, String stats) {
    Map<String, Command> commands = new HashMap<>();
    Matcher lines = LINE.matcher(commandstats);
    while (lines.find()) {
      if (!IGNORED_COMMANDS.contains(lines.group(1))) {
        commands.put(
            lines.group(1),
            new Command(Long.parseLong(lines.group(2)), Long.parseLong(lines.group(3))));
      }
    }
    double seconds =
        Double.parseDouble(field(cpu, "used_cpu_user"))
            + Double.parseDouble(field(cpu, "used_cpu_sys"));
    long keysRead =
        Long.parseLong(field(stats, "keyspace_hits"))
            + Long.parseLong(field(stats, "keyspace_misses"));
    return new ServerStats(commands, seconds * 1e6, keysRead);
  }

  static String field(String info, String name) {
    return info.lines()
        .filter(line -> line.startsWith(name + ":"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the server does not report " + name))
        .substring(name.length() + 1);
  }

  /**
   * Returns the counters since an earlier reading.
   *
   * @param before the earlier counters
   * @return the difference
   */
  public ServerStats since(ServerStats before) {
    Map<String, Command> difference = new HashMap<>();
    commands.forEach(
        (name, command) ->
            difference.put(name, command.minus(before.commands.getOrDefault(name, Command.NONE))));
    return new ServerStats(difference, cpuMicros - before.cpuMicros, keysRead - before.keysRead);
  }

  /** Returns the sum of the counters of two servers. */
  public ServerStats plus(ServerStats other) {
    Map<String, Command> sum = new HashMap<>(commands);
    other.commands.forEach((name, command) -> sum.merge(name, command, Command::plus));
    return new ServerStats(sum, cpuMicros + other.cpuMicros, keysRead + other.keysRead);
  }

  /**
   * Returns the number of commands, including commands inside scripts.
   *
   * @return the number of calls
   */
  public long calls() {
    return commands.values().stream().mapToLong(Command::calls).sum();
  }

  /**
   * Returns the counters of all scripts together.
   *
   * @return the number of calls and their time
   */
  public Command scripts() {
    return of("evalsha").plus(of("eval"));
  }

  /**
   * Returns the server time of the commands that clients sent.
   *
   * @param clientsRead whether clients send {@code GET} and their scripts also contain one
   * @return microseconds
   */
  public double clientCommandMicros(boolean clientsRead) {
    Command scripts = scripts();
    Command get = of("get");
    double sent = scripts.micros() + of("ping").micros();
    if (clientsRead && get.calls() > 0) {
      sent += (double) get.micros() * Math.max(get.calls() - scripts.calls(), 0) / get.calls();
    }
    return sent;
  }

  private Command of(String name) {
    return commands.getOrDefault(name, Command.NONE);
  }
}
