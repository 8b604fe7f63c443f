package io.github.ratelimiter.server.config;

import io.github.ratelimiter.PolicySyntaxException;
import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.http.RateLimitHeaders;
import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.file.RuleFile;
import io.github.ratelimiter.server.check.ReservationSeal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The settings of the service. */
public final class ServerOptions {
  private static final String DEFAULT_RULE = "default";

  /** The styles of headers that describe a decision. */
  private enum HeaderStyle {
    DRAFT(RateLimitHeaders.draft()),
    LEGACY(RateLimitHeaders.legacy()),
    GITHUB(RateLimitHeaders.github()),
    ENVOY(RateLimitHeaders.envoy()),
    OFF(RateLimitHeaders.none());

    private final RateLimitHeaders headers;

    HeaderStyle(RateLimitHeaders headers) {
      this.headers = headers;
    }
  }

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "The port of HTTP; 0 for any that is free. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "0.0.0.0",
      description = "The address to listen on. Default: all (${DEFAULT-VALUE}).")
  private String host;

  @Option(
      names = "--rules",
      paramLabel = "FILE",
      description = "The rules, in YAML or JSON. A change is in force within a second.")
  private @Nullable Path rules;

  @Option(
      names = "--default-limits",
      paramLabel = "LIMITS",
      defaultValue = "1000/h",
      description =
          "The limits of a client that no rule applies to, unless the rule file has a default."
              + " Default: ${DEFAULT-VALUE}.")
  private String defaultLimits;

  @Option(
      names = "--redis",
      paramLabel = "URI",
      description =
          "Keeps usage in Redis, for several instances: redis://host:6379,"
              + " redis-sentinel://host1,host2/0#master. Default: in this process.")
  private @Nullable String redis;

  @Option(
      names = "--redis-cluster",
      defaultValue = "false",
      description =
          "The Redis of --redis is a cluster; several of its nodes are separated by commas.")
  private boolean redisCluster;

  @Option(
      names = "--redis-timeout",
      paramLabel = "MILLIS",
      defaultValue = "50",
      description =
          "How long a check waits for Redis before it is decided without it. Default:"
              + " ${DEFAULT-VALUE}.")
  private long redisTimeoutMillis;

  @Option(
      names = "--fallback",
      paramLabel = "MODE",
      defaultValue = "LOCAL",
      description =
          "What decides while Redis does not: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Fallback.Mode fallback;

  @Option(
      names = "--grpc-port",
      paramLabel = "PORT",
      description = "The port of gRPC; 0 for any that is free. Default: no gRPC.")
  private @Nullable Integer grpcPort;

  @Option(
      names = "--reservation-secret",
      paramLabel = "SECRET",
      description =
          "The secret of all instances that settle each other's reservations, 32 characters or"
              + " more. Default: a random one, so only the instance that reserved can settle. Better"
              + " set it in the environment or the file: other users of the machine can read a"
              + " command line.")
  private @Nullable String reservationSecret;

  @Option(
      names = "--headers",
      paramLabel = "STYLE",
      defaultValue = "DRAFT",
      description =
          "The headers that describe a decision: ${COMPLETION-CANDIDATES}. Default:"
              + " ${DEFAULT-VALUE}.")
  private HeaderStyle headers;

  @Mixin private SecurityOptions security;

  @Mixin private DatabaseOptions database;

  @Mixin private UserOptions users;

  /**
   * Returns the port of HTTP.
   *
   * @return 0 for any that is free
   */
  public int port() {
    return checked("--port", port);
  }

  /**
   * Returns the port of gRPC.
   *
   * @return 0 for any that is free; empty if there is no gRPC
   */
  public Optional<Integer> grpcPort() {
    return Optional.ofNullable(grpcPort).map(found -> checked("--grpc-port", found));
  }

  private int checked(String option, int found) {
    if (found < 0 || found > 65_535) {
      throw mistake("%s: found %d, expected 0 to 65535".formatted(option, found));
    }
    return found;
  }

  /** Returns whether all instances with the same secret can settle reservations of this one. */
  public boolean sharesReservations() {
    return reservationSecret != null;
  }

  /** Returns the seal of reservations: that of the secret, or else a random one. */
  public ReservationSeal reservationSeal() {
    if (reservationSecret == null) {
      return ReservationSeal.random();
    }
    try {
      return ReservationSeal.of(reservationSecret);
    } catch (IllegalArgumentException e) {
      throw mistake("--reservation-secret: " + e.getMessage());
    }
  }

  /** Returns the address to listen on. */
  public String host() {
    return host;
  }

  /** Returns the rule file, if there is one. It has the default rule of these settings. */
  public Optional<RuleFile> ruleFile() {
    return Optional.ofNullable(rules).map(path -> RuleFile.at(path).withDefault(defaultRule()));
  }

  /**
   * Reads the rules.
   *
   * @throws io.github.ratelimiter.rules.file.RuleFileException if the file has mistakes
   */
  public RuleSet rules() {
    return ruleFile().map(RuleFile::read).orElseGet(() -> RuleSet.of().withDefault(defaultRule()));
  }

  private Rule defaultRule() {
    try {
      return Rule.of(DEFAULT_RULE, defaultLimits, new KeyPart(KeyPart.Kind.CLIENT));
    } catch (PolicySyntaxException e) {
      throw mistake("--default-limits: " + e.getMessage());
    }
  }

  /** Returns the URI of Redis, if usage is kept there. */
  public Optional<String> redis() {
    return Optional.ofNullable(redis);
  }

  /** Returns whether Redis is a cluster. */
  public boolean isRedisCluster() {
    return redisCluster;
  }

  /** Returns how long a check waits for Redis. */
  public Duration redisTimeout() {
    if (redisTimeoutMillis < 1) {
      throw mistake("--redis-timeout: found %d, expected 1 or more".formatted(redisTimeoutMillis));
    }
    return Duration.ofMillis(redisTimeoutMillis);
  }

  /** Returns what decides while Redis does not. */
  public Fallback.Mode fallback() {
    return fallback;
  }

  /** Returns the headers that describe a decision. */
  public RateLimitHeaders headers() {
    return headers.headers;
  }

  /**
   * Reads the rules for a database that has none yet. They do not have the default of these
   * settings, which may change.
   *
   * @throws io.github.ratelimiter.rules.file.RuleFileException if the file has mistakes
   */
  public Optional<RuleSet> seed() {
    return Optional.ofNullable(rules).map(path -> RuleFile.at(path).read());
  }

  /** Returns rules with the default of these settings, unless they have one. */
  public RuleSet withDefault(RuleSet set) {
    Rule rule = defaultRule();
    return set.defaultRule().isPresent() || set.rule(rule.id()).isPresent()
        ? set
        : set.withDefault(rule);
  }

  /** Returns where the database of rules is. */
  public DatabaseOptions database() {
    return database;
  }

  /** Returns how users and statistics are kept. */
  public UserOptions users() {
    return users;
  }

  /** Returns who may administrate. */
  public SecurityOptions security() {
    return security;
  }

  private ParameterException mistake(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  /** Returns a text without secrets. */
  @Override
  public String toString() {
    return "port %d, %s, headers %s"
        .formatted(
            port, redis == null ? "in process" : "Redis", headers.name().toLowerCase(Locale.ROOT));
  }
}
