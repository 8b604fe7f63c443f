package io.github.ratelimiter.server.rest;

import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.http.ClientAddress;
import io.github.ratelimiter.http.RateLimitHeaders;
import io.github.ratelimiter.server.security.Access;
import io.github.ratelimiter.server.security.AccessControl;
import io.github.ratelimiter.server.security.AccessControl.Admitted;
import io.github.ratelimiter.server.security.AccessControl.Limited;
import io.github.ratelimiter.server.security.AccessControl.NoToken;
import io.github.ratelimiter.server.security.AccessControl.TooSmallScope;
import io.github.ratelimiter.server.security.AccessControl.Verdict;
import io.github.ratelimiter.server.security.AccessControl.WrongToken;
import io.github.ratelimiter.server.security.Caller;
import io.github.ratelimiter.server.security.ClientId;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs before each route, and denies what the route does not allow. A route says what it needs when
 * it is added: {@code routes.get(path, handler, Access.READ)}. One that says nothing is denied.
 */
public final class Guard {
  private static final String CALLER = "ratelimiter.caller";
  private static final String SCHEME = "bearer ";
  private static final long MICROS_PER_SECOND = 1_000_000;

  private final AccessControl control;
  private final ClientAddress addresses;
  private final RateLimitHeaders headers;

  /**
   * Creates a guard.
   *
   * @param control decides
   * @param addresses where the address of a client is
   * @param headers describe the limits of administrators
   */
  public Guard(AccessControl control, ClientAddress addresses, RateLimitHeaders headers) {
    this.control = control;
    this.addresses = addresses;
    this.headers = headers;
  }

  /**
   * Returns who makes a call.
   *
   * @throws NullPointerException if the route is public
   */
  public static Caller caller(Context context) {
    return Objects.requireNonNull(context.attribute(CALLER), "a public route knows no caller");
  }

  /**
   * Checks a call.
   *
   * @param declared what the route has declared
   * @throws ProblemException if the call is denied
   */
  void check(Context context, Set<Access> declared) {
    Access needed = declared.stream().max(Access::compareTo).orElseThrow(Guard::undeclared);
    if (needed != Access.PUBLIC) {
      ClientId client = ClientId.of(addresses.of(new ClientRequest(context)));
      apply(context, needed, control.decide(needed, secret(context), client));
    }
  }

  private static ProblemException undeclared() {
    return new ProblemException(
        Problem.of(403, "The call is denied", "This route does not say who may call it"));
  }

  /** Two tokens are none: it would not be clear which one counts. */
  private static @Nullable String secret(Context context) {
    List<String> values = new ClientRequest(context).headers("Authorization");
    if (values.size() != 1 || !values.get(0).toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      return null;
    }
    return values.get(0).substring(SCHEME.length()).strip();
  }

  private void apply(Context context, Access needed, Verdict verdict) {
    if (verdict instanceof Admitted admitted) {
      describe(context, admitted.limits());
      context.attribute(CALLER, admitted.caller());
    } else if (verdict instanceof Limited limited) {
      describe(context, limited.limits());
      limited.limits().retryAfter().ifPresent(ignored -> retryAfter(context, limited.limits()));
      throw problem(429, "Too many calls", "Try again after the time that Retry-After tells");
    } else if (verdict instanceof TooSmallScope scope) {
      challenge(context, Optional.of("insufficient_scope"));
      throw problem(
          403,
          "The token may not do this",
          "The token '%s' may %s; this call needs one that may %s"
              .formatted(scope.name(), text(scope.access()), text(needed)));
    } else if (verdict instanceof WrongToken) {
      challenge(context, Optional.of("invalid_token"));
      throw problem(401, "The token is not known", "Send one that the service was started with");
    } else if (verdict instanceof NoToken) {
      challenge(context, Optional.empty());
      throw problem(
          401, "The call needs a token", "Send the header 'Authorization: Bearer <token>'");
    }
  }

  private static String text(Access access) {
    return access.name().toLowerCase(Locale.ROOT);
  }

  private static void challenge(Context context, Optional<String> error) {
    context.header(
        "WWW-Authenticate",
        "Bearer realm=\"ratelimiter\"" + error.map(", error=\"%s\""::formatted).orElse(""));
  }

  private void describe(Context context, JointDecision limits) {
    Instant now = Instant.EPOCH.plus(TimeSource.system().nowMicros(), ChronoUnit.MICROS);
    headers.of(limits, now).forEach(context::header);
  }

  private static void retryAfter(Context context, JointDecision limits) {
    long seconds = (limits.retryAfterMicros() + MICROS_PER_SECOND - 1) / MICROS_PER_SECOND;
    context.header("Retry-After", Long.toString(seconds));
  }

  private static ProblemException problem(int status, String title, String detail) {
    return new ProblemException(Problem.of(status, title, detail));
  }
}
