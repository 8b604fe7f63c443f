package io.github.ratelimiter.spring.rules;

import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.file.RuleFile;
import io.github.ratelimiter.rules.file.RuleFileException;
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
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

/**
 * The file of rules that the properties name, with the environment variables of the application.
 *
 * @param file the file; a copy, which does not change, if it is in an archive
 */
record RulesSource(RuleFile file) {
  private static final String PROPERTY = "ratelimiter.rules.file";
  private static final String CLASS_PATH = "classpath:";

  /** Properties as environment variables. They begin as the names of values of the file do. */
  private static final Set<String> OF_PROPERTIES =
      Set.of(
          "RATELIMITER_RULES_FILE",
          "RATELIMITER_RULES_WATCH",
          "RATELIMITER_RULES_WATCHEVERY",
          "RATELIMITER_RULES_WATCH_EVERY",
          "RATELIMITER_RULES_PHASE");

  static RulesSource of(RateLimiterProperties.Rules settings, ConfigurableEnvironment environment) {
    String location = String.valueOf(settings.file());
    return new RulesSource(
        RuleFile.at(path(location).orElseGet(() -> copyOf(location)))
            .withEnvironment(variables(environment))
            .readEvery(settings.watchEvery()));
  }

  /**
   * Reads the rules.
   *
   * @throws InvalidSettingException if there are mistakes; it has all of them
   */
  RuleSet read() {
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
