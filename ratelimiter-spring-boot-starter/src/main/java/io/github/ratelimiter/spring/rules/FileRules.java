package io.github.ratelimiter.spring.rules;

import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.rules.file.FollowedFile;
import io.github.ratelimiter.rules.file.Mistake;
import io.github.ratelimiter.rules.file.RuleFile;
import io.github.ratelimiter.rules.file.RuleFileException;
import io.github.ratelimiter.rules.file.RuleFileStatus;
import io.github.ratelimiter.spring.RateLimiterProperties;
import io.github.ratelimiter.spring.failure.InvalidSettingException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

/**
 * The file of rules that the properties name, with the environment variables of the application.
 */
final class FileRules implements RulesSource {
  private static final String PROPERTY = "ratelimiter.rules.file";
  private static final String CLASS_PATH = "classpath:";

  /** Properties as environment variables. They begin as the names of values of the file do. */
  private static final Set<String> OF_PROPERTIES =
      Set.of(
          "RATELIMITER_RULES_DATABASE_ENABLED",
          "RATELIMITER_RULES_DATABASE_MIGRATE",
          "RATELIMITER_RULES_DATABASE_SCHEMA",
          "RATELIMITER_RULES_FILE",
          "RATELIMITER_RULES_INSTANCES",
          "RATELIMITER_RULES_WATCH",
          "RATELIMITER_RULES_WATCHEVERY",
          "RATELIMITER_RULES_WATCH_EVERY",
          "RATELIMITER_RULES_PHASE");

  /** A copy, which does not change, if it is in an archive. */
  private final RuleFile file;

  private volatile @Nullable FollowedFile followed;

  private FileRules(RuleFile file) {
    this.file = file;
  }

  static FileRules of(RateLimiterProperties.Rules settings, ConfigurableEnvironment environment) {
    String location = String.valueOf(settings.file());
    return new FileRules(
        RuleFile.at(path(location).orElseGet(() -> copyOf(location)))
            .withEnvironment(variables(environment))
            .readEvery(settings.watchEvery()));
  }

  @Override
  public RuleSet read() {
    try {
      return file.read();
    } catch (RuleFileException e) {
      throw InvalidSettingException.of(
          e.mistakes().stream()
              .map(mistake -> "\n    " + mistake)
              .collect(
                  Collectors.joining("", "The rules in %s have mistakes:".formatted(file), "")),
          "Correct the file that " + PROPERTY + " names.");
    }
  }

  /** Reads the file again when it changes. */
  FollowedFile follow(Rules rules) {
    FollowedFile begun = file.watchFor(rules);
    followed = begun;
    return begun;
  }

  @Override
  public @Nullable SourceState state() {
    FollowedFile current = followed;
    if (current == null) {
      return null;
    }
    RuleFileStatus status = current.status();
    if (status instanceof RuleFileStatus.Failed failed) {
      return SourceState.failed(
          toString(),
          failed.since(),
          failed.reason().mistakes().stream().map(Mistake::toString).toList());
    }
    return SourceState.of(toString(), name(status));
  }

  private static String name(RuleFileStatus status) {
    if (status instanceof RuleFileStatus.Updating) {
      return "updating";
    }
    return status instanceof RuleFileStatus.Replaced ? "replaced" : SourceState.IN_FORCE;
  }

  /** Returns the name of the file. */
  @Override
  public String toString() {
    return file.toString();
  }

  /** Returns the path of a file; empty if it is in an archive. */
  private static Optional<Path> path(String location) {
    try {
      if (location.startsWith(CLASS_PATH)) {
        ClassPathResource resource = resource(location);
        if (!resource.exists()) {
          throw unusable(location, "there is no such resource");
        }
        return resource.isFile() ? Optional.of(resource.getFile().toPath()) : Optional.empty();
      }
      return Optional.of(
          location.startsWith("file:") ? Path.of(URI.create(location)) : Path.of(location));
    } catch (IOException | IllegalArgumentException e) {
      throw unusable(location, String.valueOf(e.getMessage()));
    }
  }

  private static InvalidSettingException unusable(String location, String reason) {
    return InvalidSettingException.ofProperty(
        PROPERTY,
        location,
        reason,
        "Write the path of a file, or classpath: and the name of a resource.");
  }

  private static ClassPathResource resource(String location) {
    return new ClassPathResource(location.substring(CLASS_PATH.length()));
  }

  /** A file in an archive has no path. */
  private static Path copyOf(String location) {
    try (InputStream in = resource(location).getInputStream()) {
      Path copy = Files.createTempFile("ratelimiter-rules", ".yaml");
      copy.toFile().deleteOnExit();
      Files.write(copy, in.readAllBytes());
      return copy;
    } catch (IOException e) {
      throw unusable(location, "it cannot be read: " + e.getMessage());
    }
  }

  /** Returns the variables that replace values of the file, without those that are properties. */
  private static Map<String, String> variables(ConfigurableEnvironment environment) {
    Map<String, String> variables = new HashMap<>();
    PropertySource<?> source =
        environment
            .getPropertySources()
            .get(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
    if (source instanceof MapPropertySource map) {
      map.getSource().forEach((name, value) -> variables.put(name, String.valueOf(value)));
    }
    variables.keySet().removeAll(OF_PROPERTIES);
    return variables;
  }
}
