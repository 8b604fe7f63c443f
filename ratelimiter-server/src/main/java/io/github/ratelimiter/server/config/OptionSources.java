package io.github.ratelimiter.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Where an option comes from that is not on the command line: an environment variable, or a file of
 * options. {@code --default-limits} is {@code RATELIMITER_DEFAULT_LIMITS} in the environment and
 * {@code default-limits} in the file. The command line comes before the environment, and the
 * environment before the file.
 */
public final class OptionSources implements IDefaultValueProvider {
  /** The option that names the file. */
  public static final String FILE = "config";

  private static final String PREFIX = "RATELIMITER_";

  private final Map<String, String> environment;
  private final Map<String, String> file;

  private OptionSources(Map<String, String> environment, Map<String, String> file) {
    this.environment = environment;
    this.file = file;
  }

  /**
   * Returns the sources for a command line.
   *
   * @param command the command, whose options are the names that a file may have
   * @param args the command line, which may name a file
   * @param environment the environment variables
   * @throws ConfigException if the file cannot be read, or has a name that is no option
   */
  public static OptionSources of(
      CommandSpec command, String[] args, Map<String, String> environment) {
    Optional<String> path =
        fileOf(args).or(() -> Optional.ofNullable(environment.get(variable(FILE))));
    return new OptionSources(
        environment, path.map(name -> read(Path.of(name), command)).orElse(Map.of()));
  }

  private static Optional<String> fileOf(String[] args) {
    String flag = "--" + FILE;
    for (int i = 0; i < args.length; i++) {
      if (args[i].startsWith(flag + "=")) {
        return Optional.of(args[i].substring(flag.length() + 1));
      }
      if (args[i].equals(flag) && i + 1 < args.length) {
        return Optional.of(args[i + 1]);
      }
    }
    return Optional.empty();
  }

  private static Map<String, String> read(Path path, CommandSpec command) {
    Object content;
    try {
      content =
          new Load(LoadSettings.builder().setLabel(path.toString()).build())
              .loadFromString(Files.readString(path));
    } catch (IOException e) {
      throw new ConfigException("%s cannot be read: %s".formatted(path, e.getMessage()));
    } catch (YamlEngineException e) {
      throw new ConfigException("%s is not YAML: %s".formatted(path, e.getMessage()));
    }
    if (!(content instanceof Map<?, ?> options)) {
      throw new ConfigException(
          "%s: expected options such as 'port: 8080', one in each line".formatted(path));
    }
    Map<String, String> values = new LinkedHashMap<>();
    options.forEach(
        (name, value) ->
            values.put(known(path, name, command), scalar(path, String.valueOf(name), value)));
    return values;
  }

  private static String known(Path path, Object name, CommandSpec command) {
    TreeSet<String> names = new TreeSet<>();
    for (OptionSpec option : command.options()) {
      if (!option.usageHelp() && !option.versionHelp()) {
        names.add(nameOf(option));
      }
    }
    names.remove(FILE);
    if (!names.contains(String.valueOf(name))) {
      throw new ConfigException(
          "%s: unknown option '%s'; expected one of %s"
              .formatted(path, name, String.join(", ", names)));
    }
    return String.valueOf(name);
  }

  private static String scalar(Path path, String name, @Nullable Object value) {
    if (value == null || value instanceof Iterable || value instanceof Map) {
      // The value may be a secret.
      throw new ConfigException(
          "%s: '%s' is %s; expected a text, a number, true or false"
              .formatted(
                  path,
                  name,
                  value == null ? "empty" : value instanceof Map ? "a mapping" : "a list"));
    }
    return value.toString();
  }

  private static String nameOf(OptionSpec option) {
    return option.longestName().substring(2);
  }

  private static String variable(String option) {
    return PREFIX + option.replace('-', '_').toUpperCase(Locale.ROOT);
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option)) {
      return null;
    }
    String name = nameOf(option);
    String value = environment.get(variable(name));
    return value != null ? value : file.get(name);
  }
}
