package io.github.ratelimiter.http;

import io.github.ratelimiter.JointDecision;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Describes a decision in the headers of a response, allowed or refused. The header {@code
 * Retry-After} of a refusal is not part of it and is always sent. Implementations must be
 * thread-safe.
 *
 * <p>Observed parts of a decision do not appear.
 */
@FunctionalInterface
public interface RateLimitHeaders {
  /** The form of {@code X-RateLimit-Reset}. */
  enum Reset {
    /** Seconds since the Unix epoch, for example {@code 1700000060}. */
    EPOCH_SECONDS {
      @Override
      String format(LimitView view, Instant now) {
        return Long.toString(view.resetEpochSeconds(now));
      }
    },

    /** Seconds from now, for example {@code 60}. */
    DELTA_SECONDS {
      @Override
      String format(LimitView view, Instant now) {
        return Long.toString(view.resetSeconds());
      }
    },

    /** A time, for example {@code 2023-11-14T22:14:20Z}. */
    RFC_3339 {
      @Override
      String format(LimitView view, Instant now) {
        return Instant.ofEpochSecond(view.resetEpochSeconds(now)).toString();
      }
    };

    abstract String format(LimitView view, Instant now);
  }

  /**
   * Returns the headers for a decision.
   *
   * @param decision the decision
   * @param now the time
   * @return values by name
   */
  Map<String, String> of(JointDecision decision, Instant now);

  /**
   * Returns the headers {@code RateLimit-Policy} and {@code RateLimit} of revision 11 of the draft
   * <a href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/11/">RateLimit
   * header fields for HTTP</a>, as structured fields (RFC 9651):
   *
   * <pre>
   * RateLimit-Policy: "api:1";q=100;w=60, "api:2";q=5000;w=86400
   * RateLimit: "api:1";r=42;t=17, "api:2";r=4711;t=36000
   * </pre>
   *
   * <ul>
   *   <li>Each limit is an item. Its name is that of the policy, with {@code :1}, {@code :2} and so
   *       on if the policy has several limits.
   *   <li>{@code q} is the number of permits and {@code w} the period. If the period is not a
   *       number of whole seconds, {@code w} is the next whole second and {@code q} what the limit
   *       allows in it, rounded down. If a bucket has a burst other than {@code q}, it is {@code
   *       ratelimiter-burst}.
   *   <li>{@code r} is the number of permits that remain, and {@code t} a time in which no more
   *       become available: until a window ends, or a bucket has the next permit, rounded down. It
   *       is left out where a decision does not tell it: for a log or a sliding window, unless it
   *       has just refused one permit, and for a window that is not used.
   * </ul>
   *
   * @return the style
   */
  static RateLimitHeaders draft() {
    return draft(Map.of());
  }

  /**
   * Returns the headers as {@link #draft()} does, with quota units.
   *
   * @param units the value of {@code qu} by name of the policy, for example {@code content-bytes};
   *     policies that are not in the map count requests
   * @return the style
   * @throws IllegalArgumentException if a unit has other characters than printable ASCII
   */
  static RateLimitHeaders draft(Map<String, String> units) {
    return new DraftHeaders(units);
  }

  /**
   * Returns the headers {@code X-RateLimit-Limit}, {@code X-RateLimit-Remaining} and {@code
   * X-RateLimit-Reset} of the limit that binds. The limit is the largest number that can remain;
   * the reset is the time at which all permits are available again, rounded up.
   *
   * @return the style, with the reset in seconds since the Unix epoch
   */
  static RateLimitHeaders legacy() {
    return legacy(Reset.EPOCH_SECONDS);
  }

  /**
   * Returns the headers as {@link #legacy()} does.
   *
   * @param reset the form of the reset
   * @return the style
   */
  static RateLimitHeaders legacy(Reset reset) {
    return ofBinding(
        (view, now) -> {
          Map<String, String> headers = new LinkedHashMap<>();
          headers.put("X-RateLimit-Limit", Long.toString(view.capacity()));
          headers.put("X-RateLimit-Remaining", Long.toString(view.remaining()));
          headers.put("X-RateLimit-Reset", reset.format(view, now));
          return headers;
        });
  }

  /**
   * Returns the headers of GitHub's API: those of {@link #legacy()} with {@code X-RateLimit-Used}
   * and {@code X-RateLimit-Resource}, which is the name of the policy.
   *
   * @return the style
   */
  static RateLimitHeaders github() {
    return ofBinding(
        (view, now) -> {
          Map<String, String> headers = new LinkedHashMap<>();
          headers.put("X-RateLimit-Limit", Long.toString(view.capacity()));
          headers.put("X-RateLimit-Remaining", Long.toString(view.remaining()));
          headers.put("X-RateLimit-Reset", Reset.EPOCH_SECONDS.format(view, now));
          headers.put("X-RateLimit-Used", Long.toString(view.capacity() - view.remaining()));
          headers.put("X-RateLimit-Resource", view.policy().name());
          return headers;
        });
  }

  /**
   * Returns the headers of revision 3 of the draft with Envoy's names: {@code X-RateLimit-Limit}
   * with all limits, {@code X-RateLimit-Remaining} and {@code X-RateLimit-Reset} in seconds from
   * now.
   *
   * <pre>
   * X-RateLimit-Limit: 100, 100;w=60;name="api:1", 5000;w=86400;name="api:2"
   * </pre>
   *
   * @return the style
   */
  static RateLimitHeaders envoy() {
    return new EnvoyHeaders();
  }

  /**
   * Returns no headers.
   *
   * @return the style
   */
  static RateLimitHeaders none() {
    return (decision, now) -> Map.of();
  }

  /**
   * Returns these headers and {@code Access-Control-Expose-Headers} with their names, so that a
   * script from another origin can read them in a browser.
   *
   * @return the style
   */
  default RateLimitHeaders exposed() {
    return new ExposedHeaders(this);
  }

  private static RateLimitHeaders ofBinding(
      BiFunction<LimitView, Instant, Map<String, String>> headers) {
    return (decision, now) ->
        LimitView.binding(decision).map(view -> headers.apply(view, now)).orElse(Map.of());
  }
}
