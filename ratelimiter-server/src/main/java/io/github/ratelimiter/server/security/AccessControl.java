package io.github.ratelimiter.server.security;

import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.local.LocalStateStore;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may make a call that needs a token. Thread-safe.
 *
 * <p>The library limits such calls itself: those of an address, those with a token, and wrong
 * tokens of an address. An address with too many wrong tokens is refused whatever it sends, so that
 * it cannot find out which token is right. The limits are those of one instance, and do not need
 * Redis.
 */
public final class AccessControl implements AutoCloseable {
  /** What was decided about a call. */
  public sealed interface Verdict {}

  /**
   * The call may go on.
   *
   * @param caller who makes it
   * @param limits the state of the limits
   */
  public record Admitted(Caller caller, JointDecision limits) implements Verdict {}

  /** The call has no token. */
  public record NoToken() implements Verdict {}

  /** The token is not known. */
  public record WrongToken() implements Verdict {}

  /**
   * The token may not do this.
   *
   * @param name its name
   * @param access what it may do
   */
  public record TooSmallScope(String name, Access access) implements Verdict {}

  /**
   * A limit refuses the call.
   *
   * @param limits the state of the limits
   */
  public record Limited(JointDecision limits) implements Verdict {}

  private final AdminTokens tokens;
  private final LocalStateStore store;
  private final RateLimiter addresses;
  private final RateLimiter callers;
  private final RateLimiter failures;

  /**
   * Creates a control.
   *
   * @param tokens those that are accepted
   * @param time the clock of the limits
   */
  public AccessControl(AdminTokens tokens, TimeSource time) {
    this.tokens = tokens;
    this.store = LocalStateStore.builder().timeSource(time).build();
    this.addresses = RateLimiter.of("admin-address", "1200/min", store);
    this.callers = RateLimiter.of("admin-token", "600/min", store);
    this.failures = RateLimiter.of("admin-wrong-token", "10/min", store);
  }

  /**
   * Decides about a call.
   *
   * @param needed what the route needs, {@link Access#READ} or {@link Access#WRITE}
   * @param secret the token that the call has; null if it has none
   * @param address the address of the client
   */
  public Verdict decide(Access needed, @Nullable String secret, ClientId address) {
    JointDecision calls = JointLimiter.of(addresses.part(address.key())).tryAcquire();
    if (!calls.allowed()) {
      return new Limited(calls);
    }
    if (secret == null) {
      return new NoToken();
    }
    JointDecision wrong = JointLimiter.of(failures.part(address.key())).peek();
    if (!wrong.allowed()) {
      return new Limited(wrong);
    }
    Optional<AdminToken> token = tokens.find(secret);
    if (token.isEmpty()) {
      JointDecision failed = JointLimiter.of(failures.part(address.key())).tryAcquire();
      return failed.allowed() ? new WrongToken() : new Limited(failed);
    }
    return decide(needed, token.get(), address, calls);
  }

  private Verdict decide(Access needed, AdminToken token, ClientId address, JointDecision calls) {
    if (!token.access().covers(needed)) {
      return new TooSmallScope(token.name(), token.access());
    }
    JointDecision limits = calls.and(JointLimiter.of(callers.part(token.name())).tryAcquire());
    return limits.allowed()
        ? new Admitted(new Caller(token.name(), address.text()), limits)
        : new Limited(limits);
  }

  /** Ends the limits. */
  @Override
  public void close() {
    store.close();
  }
}
