package io.github.ratelimiter.rules;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.http.ClientAddress;
import io.github.ratelimiter.http.HttpRequest;
import io.github.ratelimiter.http.RequestLimits;
import io.github.ratelimiter.http.RequestVerdict;
import io.github.ratelimiter.rules.match.Subjects;
import io.github.ratelimiter.store.StateStore;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rules in force: the limits of a request are those of the rules that match it. The rules can be
 * replaced while requests are decided; a change takes effect at the next request, and usage is
 * kept. Thread-safe.
 *
 * <pre>{@code
 * Rules rules =
 *     Rules.builder(store)
 *         .rules(
 *             RuleSet.of(
 *                 Rule.of("everybody", "1000/s", new KeyPart(KeyPart.Kind.GLOBAL)),
 *                 Rule.of("clients", "100/min", new KeyPart(KeyPart.Kind.CLIENT))))
 *         .build();
 * HttpLimiter http = HttpLimiter.builder().limits(rules).build();
 * }</pre>
 *
 * <p>A request is denied if its client is on the list of denied clients, then not limited if it is
 * on the list of allowed clients. Then the rules apply that match it; see {@link Combination}. All
 * of them are decided together: a refusal by one costs the others nothing.
 */
public final class Rules implements RequestLimits {
  private static final Logger LOG = LoggerFactory.getLogger(Rules.class);

  private final RateLimiter limiter;
  private final RuleListeners listeners;
  private final Subjects subjects;
  private final RuleKeys keys;
  private final TimeSource time;
  private final ClientAddress address;
  private final int instances;
  private final RuleHistory history;
  private final Verdicts verdicts;
  private final Explanations explanations;
  private volatile boolean shadowed;

  Rules(RulesBuilder settings, RateLimiter limiter) {
    this.limiter = limiter;
    this.listeners = settings.listeners;
    this.subjects = settings.subjects();
    this.keys = settings.keys();
    this.time = settings.timeSource;
    this.address = settings.address;
    this.instances = settings.instances;
    this.history =
        new RuleHistory(
            settings.rules,
            listeners,
            GuardedOwnLimits.around(settings.ownLimits),
            time,
            settings.versions);
    this.verdicts = new Verdicts(limiter, keys, listeners, time);
    this.explanations = new Explanations(keys, verdicts);
  }

  /**
   * Returns a builder.
   *
   * @param store keeps the usage of all rules
   * @return a builder without rules
   */
  public static RulesBuilder builder(StateStore store) {
    return new RulesBuilder(store);
  }

  @Override
  public RequestVerdict of(HttpRequest request) {
    return verdicts.of(history.current(), subjects.of(request), now(), shadowed);
  }

  /** Bans nobody, and notifies no listener. */
  @Override
  public RequestVerdict peek(HttpRequest request) {
    return verdicts.peek(history.current(), subjects.of(request), now(), shadowed);
  }

  /**
   * Explains what the rules in force do to a request. Nothing is consumed, and nobody is banned.
   * The state of each limit is queried, so this costs a call to the store for each rule.
   *
   * @param request the request
   * @return the explanation
   * @throws io.github.ratelimiter.StoreException if the store fails
   */
  public Explanation explain(HttpRequest request) {
    return explanations.of(history.current(), subjects.of(request), now(), shadowed);
  }

  /**
   * Returns the limits that a rule has for a request, whether or not it applies: those of an
   * override, the user's own, those of the tier, or its own.
   *
   * @param rule the rule
   * @param request the request
   * @return the limits
   */
  public Policy policyOf(Rule rule, HttpRequest request) {
    return history.current().policyOf(rule, subjects.of(request), now()).policy();
  }

  /**
   * Looks for probable mistakes in the rules in force, as {@link RuleSet#check} does, and in what
   * they run on: a store that instances do not share or that evicts usage, and trusted proxies that
   * can be clients. What is not known, as the settings of a server that has not answered yet, is
   * not found. Does not block.
   *
   * @return the findings; an empty list if there are none
   */
  public List<Finding> check() {
    return Stream.concat(
            version().rules().check().stream(),
            SystemChecks.of(limiter.store(), instances, address))
        .toList();
  }

  // --- changes ---------------------------------------------------------------------------------

  /**
   * Puts rules into force, from the next request on. Usage is kept: it belongs to the ID of a rule.
   *
   * @param rules the rules
   * @param author who changes them
   * @return the new version
   */
  public RuleVersion replace(RuleSet rules, String author) {
    return history.replace(rules, author);
  }

  /**
   * Puts the rules of an earlier version into force again, as a new version.
   *
   * @param number the number of the earlier version
   * @param author who changes them
   * @return the new version
   * @throws IllegalArgumentException if there is no such version, or it is too old
   */
  public RuleVersion rollback(long number, String author) {
    return history.rollback(number, author);
  }

  /**
   * Reports that other rules could not be read: to the log and to the listeners. The rules in force
   * stay.
   *
   * @param reason what is wrong; for a file, an exception with all mistakes
   */
  public void reject(RuntimeException reason) {
    LOG.atWarn()
        .addKeyValue("version", version().number())
        .log(
            "Rules are rejected; version {} stays in force. {}",
            version().number(),
            reason.getMessage());
    listeners.rejected(reason);
  }

  /**
   * Returns the version in force.
   *
   * @return the version
   */
  public RuleVersion version() {
    return history.current().version();
  }

  /**
   * Returns the last versions.
   *
   * @return at most 100, the newest first
   */
  public List<RuleVersion> versions() {
    return history.versions();
  }

  /**
   * Sets all rules into shadow, at once, or ends that. In shadow, all requests are counted and
   * reported, and none is refused.
   *
   * @param shadowed whether all rules are in shadow
   */
  public void shadowAll(boolean shadowed) {
    this.shadowed = shadowed;
    LOG.atWarn()
        .addKeyValue("shadowed", shadowed)
        .log(shadowed ? "All rules are in shadow: nothing is refused" : "Rules are enforced again");
  }

  /**
   * Returns whether all rules are in shadow.
   *
   * @return whether nothing is refused
   */
  public boolean isShadowed() {
    return shadowed;
  }

  /**
   * Adds a listener.
   *
   * @param listener the listener
   */
  public void addListener(RulesListener listener) {
    listeners.add(listener);
  }

  /**
   * Removes a listener. A notification that has begun runs to its end.
   *
   * @param listener the listener
   */
  public void removeListener(RulesListener listener) {
    listeners.remove(listener);
  }

  /**
   * Returns the limiter of all rules, for observers of its decisions. The policy of a decision is
   * named by the ID of its rule.
   *
   * @return the limiter
   */
  public RateLimiter limiter() {
    return limiter;
  }

  /** Returns when a key of a rule is banned; empty if nothing is refused. */
  Optional<BanPolicy> bansOf(String rule) {
    return shadowed ? Optional.empty() : history.current().bansOf(rule);
  }

  private Instant now() {
    return Instant.EPOCH.plus(time.nowMicros(), ChronoUnit.MICROS);
  }
}
