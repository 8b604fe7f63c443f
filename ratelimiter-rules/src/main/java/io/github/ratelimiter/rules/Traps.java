package io.github.ratelimiter.rules;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.Key;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.http.FurtherCheck;
import io.github.ratelimiter.http.ProblemType;
import io.github.ratelimiter.http.Refusal;
import io.github.ratelimiter.http.RequestCharge;
import io.github.ratelimiter.http.RequestVerdict.Denied;
import io.github.ratelimiter.internal.LimitedLog;
import io.github.ratelimiter.rules.Explanation.Defense;
import io.github.ratelimiter.rules.Explanation.DefenseExplanation;
import io.github.ratelimiter.rules.match.Subject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/*
 * A ban is a drain of the client's key under a policy that refuses nothing otherwise, so it holds in
 * all processes. Each request of a client has an observed part under this policy, in the same call
 * of the store as its rules. The process that sees a ban remembers it until it ends, and refuses
 * without a call: also during an outage of the store.
 */
/** Bans clients that request honeypots. Thread-safe. */
final class Traps {
  private static final Logger LOG = LoggerFactory.getLogger(Rules.class);

  /** Its state expires at once. */
  private static final Policy NO_LIMIT = Policy.parse(Honeypots.POLICY, "1000000/s");

  private static final String UNKNOWN = "unknown";
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final LimitedLog begun =
      new LimitedLog(LOG, Level.INFO, LimitedLog.Rate.ONE_A_SECOND, TimeSource.system());

  private final RateLimiter limiter;
  private final Bans bans;
  private final RuleKeys keys;
  private final RuleListeners listeners;
  private final Marks banned;

  /** Clients of which a listener was notified although they are not banned. */
  private final Marks told;

  Traps(RateLimiter limiter, RuleKeys keys, RuleListeners listeners, TimeSource time) {
    this.limiter = limiter;
    this.keys = keys;
    this.listeners = listeners;
    this.banned = new Marks("banned", time);
    this.told = new Marks("told", time);
    this.bans = new Bans(limiter.store(), time);
  }

  /**
   * Returns the denial of a client that this process knows to be banned, or that is trapped now.
   */
  Optional<Denied> denied(Honeypots honeypots, Subject request, boolean shadow) {
    Optional<String> client = client(request);
    Optional<Duration> left = shadow ? Optional.empty() : client.flatMap(banned::left);
    if (left.isPresent()) {
      return Optional.of(denied(left));
    }
    Optional<String> trap = honeypots.trapOf(request);
    if (trap.isEmpty()) {
      return Optional.empty();
    }
    if (shadow || client.isEmpty()) {
      if (told.setIfAbsent(client.orElse(UNKNOWN), PAUSE)) {
        listeners.trapped(trap.get(), client.orElse(UNKNOWN), Duration.ZERO);
      }
      return shadow ? Optional.empty() : Optional.of(denied(Optional.empty()));
    }
    ban(trap.get(), client.get(), honeypots.ban());
    return Optional.of(denied(Optional.of(honeypots.ban())));
  }

  // --- without an effect -----------------------------------------------------------------------

  /** Returns what {@link #denied} would return. */
  Optional<Denied> peek(Honeypots honeypots, Subject request, boolean shadow) {
    return shadow
        ? Optional.empty()
        : known(honeypots, request).map(found -> denied(found.retryAfter()));
  }

  /** Returns the ban that refuses a request or would follow from it, in whatever process. */
  Optional<DefenseExplanation> explain(Honeypots honeypots, Subject request) {
    return known(honeypots, request)
        .or(
            () ->
                charge(request)
                    .map(charge -> JointLimiter.of(charge.part()).peek().parts().get(0))
                    .filter(found -> isBan(found.decision()))
                    .map(
                        found ->
                            new DefenseExplanation(Defense.BAN, found.decision().retryAfter())));
  }

  /** Returns what this process knows of a client. */
  private Optional<DefenseExplanation> known(Honeypots honeypots, Subject request) {
    Optional<String> client = client(request);
    Optional<Duration> left = client.flatMap(banned::left);
    return left.isPresent()
        ? Optional.of(new DefenseExplanation(Defense.BAN, left))
        : honeypots
            .trapOf(request)
            .map(
                trap ->
                    new DefenseExplanation(
                        Defense.HONEYPOT, client.map(banned -> honeypots.ban())));
  }

  private Optional<String> client(Subject request) {
    return keys.address(request).map(Key::text);
  }

  private static Denied denied(Optional<Duration> left) {
    return new Denied(ProblemType.ABNORMAL_USAGE_DETECTED, left);
  }

  private void ban(String trap, String client, Duration length) {
    banned.set(client, length);
    begun
        .event()
        .addKeyValue("trap", trap)
        .addKeyValue("duration", length)
        .log("A client requested the honeypot {} and is banned for {}", trap, length);
    bans.begin(client, NO_LIMIT, length);
    listeners.trapped(trap, client, length);
  }

  // --- bans by other processes -----------------------------------------------------------------

  /** Returns the charge that finds a ban; empty if the address of the client is not known. */
  Optional<RequestCharge> charge(Subject request) {
    return client(request)
        .map(client -> new RequestCharge(limiter.part(client).policy(NO_LIMIT).observed()));
  }

  /** Refuses a request if its client is banned. */
  FurtherCheck check() {
    return granted -> CompletableFuture.completedFuture(refusal(granted));
  }

  private Optional<Refusal> refusal(JointDecision granted) {
    for (JointDecision.PartDecision each : granted.parts()) {
      if (isBan(each.decision())) {
        Optional<Duration> left = each.decision().retryAfter();
        banned.set(each.part().key(), left.orElse(PAUSE));
        return Optional.of(
            new Refusal(ProblemType.ABNORMAL_USAGE_DETECTED, left, List.of(), Optional.empty()));
      }
    }
    return Optional.empty();
  }

  private static boolean isBan(Decision decision) {
    return !decision.allowed() && decision.policy().name().equals(Honeypots.POLICY);
  }
}
