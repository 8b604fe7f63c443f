package io.github.ratelimiter.bench.redis;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server has done.
 *
 * @param commands by name, with those that scripts call
 * @param cpuMicros of the whole process
 */
record ServerStats(Map<String, Command> commands, double cpuMicros) {
  private static final Pattern LINE =
      Pattern.compile("cmdstat_(\\S+?):calls=(\\d+),usec=(\\d+),.*");
  private static final Set<String> OF_THE_BENCHMARK =
      Set.of("info", "flushall", "scan", "unlink", "hello", "client|setinfo", "script|load");

  /** A command: how often, and how long in all. The time of a script has that of its commands. */
  record Command(long calls, long micros) {
    static final Command NEVER = new Command(0, 0);

    Command minus(Command before) {
      return new Command(calls - before.calls, micros - before.micros);
    }

    Command plus(Command other) {
      return new Command(calls + other.calls, micros + other.micros);
    }
  }

  static ServerStats parse(String commandstats, String cpu) {
    Map<String, Command> commands = new HashMap<>();
    Matcher lines = LINE.matcher(commandstats);
    while (lines.find()) {
      if (!OF_THE_BENCHMARK.contains(lines.group(1))) {
        commands.put(
            lines.group(1),
            new Command(Long.parseLong(lines.group(2)), Long.parseLong(lines.group(3))));
      }
    }
    double seconds =
        Double.parseDouble(field(cpu, "used_cpu_user"))
            + Double.parseDouble(field(cpu, "used_cpu_sys"));
    return new ServerStats(commands, seconds * 1e6);
  }

  static String field(String info, String name) {
    return info.lines()
        .filter(line -> line.startsWith(name + ":"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the server does not tell " + name))
        .substring(name.length() + 1);
  }

  ServerStats since(ServerStats before) {
    Map<String, Command> difference = new HashMap<>();
    commands.forEach(
        (name, command) ->
            difference.put(name, command.minus(before.commands.getOrDefault(name, Command.NEVER))));
    return new ServerStats(difference, cpuMicros - before.cpuMicros);
  }

  /** All commands, those that scripts call too. */
  long calls() {
    return commands.values().stream().mapToLong(Command::calls).sum();
  }

  /** Runs of scripts. */
  Command scripts() {
    return of("evalsha").plus(of("eval"));
  }

  /**
   * The time in commands that clients sent.
   *
   * @param reads whether clients also sent a {@code GET} for each script that has one itself
   */
  double micros(boolean reads) {
    Command scripts = scripts();
    Command get = of("get");
    double sent = scripts.micros() + of("ping").micros();
    if (reads && get.calls() > 0) {
      sent += (double) get.micros() * Math.max(get.calls() - scripts.calls(), 0) / get.calls();
    }
    return sent;
  }

  private Command of(String name) {
    return commands.getOrDefault(name, Command.NEVER);
  }
}
