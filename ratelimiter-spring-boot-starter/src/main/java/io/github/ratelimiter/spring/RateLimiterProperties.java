package io.github.ratelimiter.spring;

import io.github.ratelimiter.http.FailureMode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The properties that begin with {@code ratelimiter}. Immutable.
 *
 * @param enabled whether anything is limited. If false, nothing of the library is created
 * @param policies limits by the name of the policy, for example {@code 5/min} or {@code 100/min;
 *     5000/day}
 * @param web limits on HTTP requests
 * @param rules limits on HTTP requests by rules
 * @param method limits on annotated methods
 * @param local the store in the process, which is used without Redis
 * @param redis the store in Redis
 * @param cache the admission cache in front of Redis
 * @param fallback what decides while Redis is down
 */
@ConfigurationProperties("ratelimiter")
public record RateLimiterProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue Map<String, String> policies,
    @DefaultValue Web web,
    @DefaultValue Rules rules,
    @DefaultValue Method method,
    @DefaultValue Local local,
    @DefaultValue Redis redis,
    @DefaultValue Cache cache,
    @DefaultValue Fallback fallback) {

  /**
   * Limits on HTTP requests.
   *
   * @param limits the limits. All that match a request are decided together
   * @param skip requests that are not limited
   * @param headers the headers that describe the limits
   * @param exposeHeaders whether scripts of other origins can read the headers
   * @param trustedProxies the addresses of the proxies before this server, for example 10.0.0.0/8
   * @param forwardedHeader the header in which these proxies name the client
   * @param apiKey how the key api-key is read
   * @param body the body of refusals
   * @param failureMode what happens to requests that cannot be decided
   * @param maxWait how long a request may wait instead of being refused
   * @param filterOrder the order of the filter after Spring Security. The one before it is directly
   *     before it
   */
  public record Web(
      @DefaultValue List<Limit> limits,
      @DefaultValue Skip skip,
      @DefaultValue("draft") Headers headers,
      @DefaultValue("false") boolean exposeHeaders,
      @DefaultValue List<String> trustedProxies,
      @DefaultValue("x-forwarded-for") ForwardedHeader forwardedHeader,
      @DefaultValue ApiKey apiKey,
      @DefaultValue("problem") Body body,
      @DefaultValue("allow") FailureMode failureMode,
      @DefaultValue("0s") Duration maxWait,
      @DefaultValue("-90") int filterOrder) {}

  /**
   * A limit on the requests that match all of its conditions.
   *
   * @param policy the name of a policy or of a bean of the type RateLimiter
   * @param path a pattern of paths, for example /login or /users/{id}/**
   * @param pathPrefix the beginning of paths, for example /api/
   * @param method the method, for example POST. GET includes HEAD
   * @param key who is counted; the first of these keys that a request has. A key is api-key, user,
   *     ip, endpoint, global, or the name of a bean of the type RequestKey. Several joined by + are
   *     one key
   * @param permits the permits that a request takes
   * @param countStatus counts requests only if the response has one of these status codes
   * @param ignoreStatus does not count requests if the response has one of these status codes
   * @param observed whether the limit is counted and reported, but never refuses
   * @param phase whether the limit is decided before or after Spring Security. The default is after
   *     if a key is user or a bean, or an api-key that is verified elsewhere; otherwise before
   */
  public record Limit(
      String policy,
      @Nullable String path,
      @Nullable String pathPrefix,
      @Nullable String method,
      @DefaultValue({"user", "ip"}) List<String> key,
      @DefaultValue("1") long permits,
      @DefaultValue List<Integer> countStatus,
      @DefaultValue List<Integer> ignoreStatus,
      @DefaultValue("false") boolean observed,
      @Nullable RequestPhase phase) {}

  /**
   * Requests that are not limited.
   *
   * @param methods their methods, for example OPTIONS
   * @param paths the beginnings of their paths, for example /static/
   */
  public record Skip(@DefaultValue List<String> methods, @DefaultValue List<String> paths) {}

  /**
   * How the key api-key is read.
   *
   * @param header the header with the API key
   * @param verified whether API keys are verified before the filter. Without this, a bean of the
   *     type ApiKeys is needed
   */
  public record ApiKey(
      @DefaultValue("X-API-Key") String header, @DefaultValue("false") boolean verified) {}

  /** The headers that describe limits. */
  public enum Headers {
    /** {@code RateLimit} and {@code RateLimit-Policy}. */
    DRAFT,
    /** {@code X-RateLimit-Limit} and others. */
    LEGACY,
    /** As GitHub has them. */
    GITHUB,
    /** As Envoy has them. */
    ENVOY,
    /** None. */
    NONE
  }

  /** The headers in which proxies name their clients. */
  public enum ForwardedHeader {
    /** {@code X-Forwarded-For}. */
    X_FORWARDED_FOR,
    /** {@code Forwarded} (RFC 7239). */
    FORWARDED
  }

  /** The bodies of refusals. */
  public enum Body {
    /** Problem details (RFC 9457). */
    PROBLEM,
    /** <code>{"error":"Rate limit exceeded"}</code>. */
    ERROR
  }

  /**
   * Limits on HTTP requests by rules. It needs ratelimiter-rules.
   *
   * @param file the file of the rules: a path, or classpath: and the name of a resource
   * @param watch whether a change of the file is put into force
   * @param watchEvery the time between two readings of the file
   * @param database the database of the rules, instead of a file
   * @param phase whether rules are decided before or after Spring Security
   * @param instances how many instances of the application there are, for checks of the rules
   */
  public record Rules(
      @Nullable String file,
      @DefaultValue("true") boolean watch,
      @DefaultValue("200ms") Duration watchEvery,
      @DefaultValue RulesDatabase database,
      @DefaultValue("after-security") RequestPhase phase,
      @DefaultValue("1") int instances) {}

  /**
   * Rules in PostgreSQL, with the DataSource of the application. It needs
   * ratelimiter-rules-postgresql.
   *
   * @param enabled whether the rules are in the database
   * @param schema the schema of its tables; the default is that of the connection
   * @param migrate whether the tables are made, and brought up to date, at the start
   */
  public record RulesDatabase(
      @DefaultValue("false") boolean enabled,
      @Nullable String schema,
      @DefaultValue("true") boolean migrate) {}

  /**
   * Limits on annotated methods.
   *
   * @param enabled whether annotations have an effect
   * @param failureMode what happens to calls that cannot be decided
   * @param executor the name of the bean that runs methods of futures after a decision of a remote
   *     store. The default is applicationTaskExecutor if there is one; otherwise the caller waits
   *     for the decision
   */
  public record Method(
      @DefaultValue("true") boolean enabled,
      @DefaultValue("allow") FailureMode failureMode,
      @Nullable String executor) {}

  /**
   * The store in the process.
   *
   * @param maximumKeys the maximum number of keys
   */
  public record Local(@DefaultValue("1000000") long maximumKeys) {}

  /**
   * The store in Redis. It opens a connection of its own with the settings of spring.data.redis.
   *
   * @param enabled whether Redis is used if the application has a connection to it
   * @param keyPrefix the prefix of all keys. Applications with the same prefix share their limits
   * @param timeout how long a decision may take
   * @param hashTags the number of hash tags in a cluster
   * @param requireConnection whether the start fails if Redis cannot be reached
   */
  public record Redis(
      @DefaultValue("true") boolean enabled,
      @DefaultValue("rl") String keyPrefix,
      @DefaultValue("50ms") Duration timeout,
      @DefaultValue("24") int hashTags,
      @DefaultValue("false") boolean requireConnection) {}

  /**
   * The admission cache. It needs ratelimiter-cache.
   *
   * @param enabled whether there is a cache
   * @param lease the length of a lease
   * @param refusalAge the longest time for which a refusal is repeated without a call to the store
   * @param share the maximum part of the remaining permits of a key that one lease takes
   * @param maximumKeys the maximum number of keys
   * @param maximumSize the maximum memory, as an estimate
   */
  public record Cache(
      @DefaultValue("true") boolean enabled,
      @DefaultValue("100ms") Duration lease,
      @DefaultValue("1s") Duration refusalAge,
      @DefaultValue("0.25") double share,
      @DefaultValue("100000") long maximumKeys,
      @DefaultValue("100MB") DataSize maximumSize) {}

  /**
   * What decides while Redis is down. It needs ratelimiter-fallback.
   *
   * @param enabled whether there is a fallback
   * @param mode how requests are decided during an outage
   * @param modes the modes of policies that have another one, by the name of the policy
   * @param leastInstances the minimum number of instances of the application
   * @param maximumKeys the maximum number of keys that are tracked
   * @param failureRate the part of the calls that must fail for the circuit breaker to open
   * @param slowCall the time after which a call is slow
   * @param slowCallRate the part of the calls that must be slow for the circuit breaker to open
   * @param window the time in which calls are counted
   * @param minimumCalls the number of calls in the window before the circuit breaker can open
   * @param probeAfter the time after which an open circuit breaker probes the store
   * @param probes the number of probes that must be answered for the circuit breaker to close
   */
  public record Fallback(
      @DefaultValue("true") boolean enabled,
      @DefaultValue("local") Mode mode,
      @DefaultValue Map<String, Mode> modes,
      @DefaultValue("1") int leastInstances,
      @DefaultValue("100000") long maximumKeys,
      @DefaultValue("0.5") double failureRate,
      @DefaultValue("10ms") Duration slowCall,
      @DefaultValue("0.8") double slowCallRate,
      @DefaultValue("5s") Duration window,
      @DefaultValue("20") int minimumCalls,
      @DefaultValue("1s") Duration probeAfter,
      @DefaultValue("3") int probes) {}

  /** How requests are decided during an outage. */
  public enum Mode {
    /** All are allowed. */
    ALLOW,
    /** All are refused. */
    REFUSE,
    /** Each instance allows its share of the limit. */
    LOCAL
  }
}
