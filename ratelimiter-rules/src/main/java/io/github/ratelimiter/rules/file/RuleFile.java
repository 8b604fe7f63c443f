package io.github.ratelimiter.rules.file;

import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.Rules;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A file of rules in YAML or JSON, in UTF-8, of at most 8 MiB. Environment variables such as {@code
 * RATELIMITER_RULES_LOGIN_LIMITS} replace values of the file. Immutable.
 *
 * <pre>{@code
 * RuleFile file = RuleFile.at(Path.of("rules.yaml"));
 * Rules rules = Rules.builder(store).rules(file.read()).build();
 * FollowedFile followed = file.watchFor(rules);
 * }</pre>
 */
public final class RuleFile {
  private static final Duration PERIOD = Duration.ofMillis(200);

  private final Path path;
  private final Map<String, String> environment;
  private final Duration period;
  private final Optional<Rule> defaultRule;

  private RuleFile(
      Path path, Map<String, String> environment, Duration period, Optional<Rule> defaultRule) {
    this.path = Objects.requireNonNull(path, "path");
    this.environment = Map.copyOf(environment);
    this.period = period;
    this.defaultRule = defaultRule;
  }

  /**
   * Returns the file at a path, with the environment variables of this process.
   *
   * @param path the file, or a symbolic link to it
   * @return the file, which is not read yet
   */
  public static RuleFile at(Path path) {
    return new RuleFile(path, System.getenv(), PERIOD, Optional.empty());
  }

  /**
   * Returns this file with other environment variables.
   *
   * @param environment the variables; those that do not begin with {@code RATELIMITER_} are ignored
   * @return the file
   */
  public RuleFile withEnvironment(Map<String, String> environment) {
    return new RuleFile(path, environment, period, defaultRule);
  }

  /**
   * Returns this file with another time between two readings. A change is taken when two or three
   * readings were made after it. Default: 200 ms.
   *
   * @param period 1 ms or more
   * @return the file
   * @throws IllegalArgumentException if the time is shorter
   */
  public RuleFile readEvery(Duration period) {
    if (period.toMillis() < 1) {
      throw new IllegalArgumentException("period is " + period + "; it must be 1 ms or more");
    }
    return new RuleFile(path, environment, period, defaultRule);
  }

  /**
   * Returns this file with a default rule for the case that it has none.
   *
   * @param rule applies if no active rule of the file matches
   * @return the file
   */
  public RuleFile withDefault(Rule rule) {
    return new RuleFile(path, environment, period, Optional.of(rule));
  }

  /**
   * Reads the rules.
   *
   * @return the rules
   * @throws RuleFileException if there are mistakes, or the file cannot be read
   */
  public RuleSet read() {
    return parse(content());
  }

  /**
   * Watches the file, until the watch is closed. A change is noticed within a second, also behind
   * symbolic links, as of a ConfigMap of Kubernetes.
   *
   * @param current the rules that were read before; the listener is notified if the file has other
   *     rules now
   * @param listener notified of changes and of failures
   * @return the watch, which has a daemon thread
   */
  public RuleFileWatch watch(RuleSet current, RuleFileListener listener) {
    return new RuleFileWatch(this, current, listener, period);
  }

  /**
   * Watches the file for rules. Whenever the file has other rules than those that were in force
   * before, they are put into force, with the path as their author. Mistakes are reported by {@link
   * Rules#reject}.
   *
   * @param rules follow the file until the result is closed
   * @return the watch and its status; it has a daemon thread
   */
  public FollowedFile watchFor(Rules rules) {
    return new FollowedFile(this, rules);
  }

  /** What a file has. */
  sealed interface Content {}

  /** The bytes, or the beginning if they are too many. */
  record Bytes(ByteBuffer bytes) implements Content {}

  /** The file cannot be read. */
  record Unreadable(String reason) implements Content {}

  Content content() {
    try (InputStream in = Files.newInputStream(path)) {
      return new Bytes(ByteBuffer.wrap(in.readNBytes(YamlDocument.LARGEST + 1)));
    } catch (NoSuchFileException e) {
      return new Unreadable("there is no such file");
    } catch (IOException e) {
      return new Unreadable("the file cannot be read: " + e.getMessage());
    }
  }

  RuleSet parse(Content content) {
    if (content instanceof Unreadable unreadable) {
      throw failure(unreadable.reason());
    }
    ByteBuffer bytes = ((Bytes) content).bytes();
    if (bytes.remaining() > YamlDocument.LARGEST) {
      throw failure("the file is larger than %d bytes".formatted(YamlDocument.LARGEST));
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
      RuleSet rules = RuleText.parse(path.toString(), withoutMark(text), environment);
      return rules.defaultRule().isPresent()
          ? rules
          : defaultRule.map(rules::withDefault).orElse(rules);
    } catch (CharacterCodingException e) {
      throw failure("the file is not in UTF-8");
    }
  }

  /** Some editors begin a file with a byte order mark. */
  private static String withoutMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private RuleFileException failure(String problem) {
    return new RuleFileException(
        path.toString(), List.of(new Mistake(new Mistake.WholeFile(), problem)));
  }

  /** Returns the path. */
  @Override
  public String toString() {
    return path.toString();
  }
}
