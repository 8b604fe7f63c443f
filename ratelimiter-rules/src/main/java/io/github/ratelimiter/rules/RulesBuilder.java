package io.github.ratelimiter.rules;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.http.ClientAddress;
import io.github.ratelimiter.http.HttpRequest;
import io.github.ratelimiter.rules.match.Subjects;
import io.github.ratelimiter.store.StateStore;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** Builds {@link Rules}. Not thread-safe. */
public final class RulesBuilder {
  private static final int IPV4_BITS = 32;
  private static final int IPV6_BITS = 64;
  private static final int VERSIONS = 100;

  private final StateStore store;
  private final Subjects.Builder subjects = Subjects.builder();
  private RuleKeys keys = new RuleKeys(IPV4_BITS, IPV6_BITS);
  RuleSet rules = RuleSet.of();
  OwnLimits ownLimits = OwnLimits.NONE;
  ClientAddress address = ClientAddress.ofConnection();
  int instances = 1;
  final RuleListeners listeners = new RuleListeners();
  TimeSource timeSource = TimeSource.system();
  int versions = VERSIONS;

  RulesBuilder(StateStore store) {
    this.store = Objects.requireNonNull(store, "store");
  }

  /**
   * Sets the first rules. Default: none, so that all requests are allowed.
   *
   * @param rules the rules
   * @return this
   */
  public RulesBuilder rules(RuleSet rules) {
    this.rules = Objects.requireNonNull(rules, "rules");
    return this;
  }

  /**
   * Sets how the address of a client is found. Default: that of the connection.
   *
   * @param address finds the address
   * @return this
   */
  public RulesBuilder address(ClientAddress address) {
    this.address = Objects.requireNonNull(address, "address");
    subjects.address(address);
    return this;
  }

  /**
   * Sets the networks that are counted as one client. Default: 32 bits of IPv4, 64 bits of IPv6.
   *
   * @param ipv4Bits the length of the prefix of an IPv4 address, 0 to 32
   * @param ipv6Bits the length of the prefix of an IPv6 address, 0 to 128
   * @return this
   */
  public RulesBuilder networks(int ipv4Bits, int ipv6Bits) {
    keys = new RuleKeys(ipv4Bits, ipv6Bits);
    return this;
  }

  /**
   * Sets where the API key of a request is. Default: nowhere.
   *
   * @param header the name of the header, for example {@code X-API-Key}
   * @param isKnown whether an API key is valid; one that is not known counts as none
   * @return this
   */
  public RulesBuilder apiKey(String header, Predicate<? super String> isKnown) {
    subjects.apiKey(header, isKnown);
    return this;
  }

  /**
   * Sets how the tier of a request is found. Default: the attribute {@code tier}.
   *
   * @param tier returns the tier
   * @return this
   */
  public RulesBuilder tier(Function<? super HttpRequest, Optional<String>> tier) {
    subjects.tier(tier);
    return this;
  }

  /**
   * Sets how attributes are found, for example a region or a reputation. Default: the attributes of
   * the request.
   *
   * @param attribute returns an attribute by its name
   * @return this
   */
  public RulesBuilder attributes(
      BiFunction<? super HttpRequest, String, Optional<Object>> attribute) {
    subjects.attributes(attribute);
    return this;
  }

  /**
   * Sets how many instances of the application decide by these rules. {@link Rules#check} finds a
   * store that they do not share; nothing else depends on it. Default: 1.
   *
   * @param instances 1 or more
   * @return this
   * @throws IllegalArgumentException if the number is less than 1
   */
  public RulesBuilder instances(int instances) {
    if (instances < 1) {
      throw new IllegalArgumentException("instances is " + instances + "; it must be 1 or more");
    }
    this.instances = instances;
    return this;
  }

  /**
   * Sets that paths match in any case, for an application that ignores it. Default: the case
   * matters.
   *
   * @return this
   */
  public RulesBuilder ignoreCaseOfPaths() {
    subjects.ignoreCaseOfPaths();
    return this;
  }

  /**
   * Sets how often a request counts, for example for one that asks for several things at once.
   * Default: once. A rule multiplies its own cost by it.
   *
   * @param cost returns a number; one below 1 counts as 1
   * @return this
   */
  public RulesBuilder cost(ToLongFunction<? super HttpRequest> cost) {
    subjects.cost(cost);
    return this;
  }

  /**
   * Sets where limits are that users have of their own. Default: nowhere.
   *
   * @param ownLimits finds the limits; it must not block
   * @return this
   */
  public RulesBuilder ownLimits(OwnLimits ownLimits) {
    this.ownLimits = Objects.requireNonNull(ownLimits, "ownLimits");
    return this;
  }

  /**
   * Adds a listener.
   *
   * @param listener the listener
   * @return this
   */
  public RulesBuilder listener(RulesListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * Sets the clock for the ends of entries and overrides. Default: the system's.
   *
   * @param timeSource the clock
   * @return this
   */
  public RulesBuilder timeSource(TimeSource timeSource) {
    this.timeSource = Objects.requireNonNull(timeSource, "timeSource");
    return this;
  }

  Subjects subjects() {
    return subjects.build();
  }

  RuleKeys keys() {
    return keys;
  }

  /**
   * Returns the rules in force.
   *
   * @return rules
   */
  public Rules build() {
    // Each part of a request has the policy of its rule, and not this one.
    RateLimiter limiter =
        RateLimiter.builder().policy("rules", "0/min").store(store).timeSource(timeSource).build();
    Rules built = new Rules(this, limiter);
    limiter.addObserver(new Offenders(limiter.store(), listeners, built::bansOf, timeSource));
    return built;
  }
}
