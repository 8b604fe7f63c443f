package io.github.ratelimiter.rules;

import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.JointDecision.PartDecision;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.Key;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.http.FurtherCheck;
import io.github.ratelimiter.http.ProblemType;
import io.github.ratelimiter.http.Refusal;
import io.github.ratelimiter.internal.LimitedLog;
import io.github.ratelimiter.rules.Explanation.Defense;
import io.github.ratelimiter.rules.Explanation.DefenseExplanation;
import io.github.ratelimiter.rules.match.Subject;
import io.github.ratelimiter.store.MemoryStore;
import io.github.ratelimiter.store.StoreMemory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/*
 * A key is new if all its permits were available before the decision: nothing need be stored to know
 * that. But a fast limit is full again a moment after each request. So a process remembers the keys
 * that were new and were admitted, for an hour after their last use, and they are not new to it.
 *
 * The charge of the network follows the decision, so it costs a second call for a new key only. If
 * it refuses, the permits of the request are returned, and with them the state of the key.
 *
 * A fallback knows no key, and a lease is of a key that is known: their decisions are not evaluated.
 */
/** Bounds the new keys of each network. Thread-safe. */
final class KeyFloods {
  private static final Logger LOG = LoggerFactory.getLogger(Rules.class);
  private static final Duration REMEMBERED = Duration.ofHours(1);
  private static final Duration PAUSE = Duration.ofMinutes(1);
  private static final String MEMORY = "memory";
  private static final Refusal SHORT_OF_MEMORY =
      new Refusal(
          ProblemType.TEMPORARY_REDUCED_CAPACITY,
          Optional.empty(),
          List.of(NewKeyBound.POLICY),
          Optional.empty());

  private final LimitedLog floods =
      new LimitedLog(LOG, Level.WARN, LimitedLog.Rate.ONE_A_SECOND, TimeSource.system());

  private final RateLimiter limiter;
  private final RuleListeners listeners;
  private final Optional<MemoryStore> memory;
  private final Marks known;
  private final Marks told;

  KeyFloods(RateLimiter limiter, RuleListeners listeners, TimeSource time) {
    this.limiter = limiter;
    this.listeners = listeners;
    this.memory = limiter.store().unwrap(MemoryStore.class);
    this.known = new Marks("known", time);
    this.told = new Marks("told", time);
  }

  /** Returns a check of the new keys of a request. */
  FurtherCheck check(CompiledRules rules, NewKeyBound bound, Subject request) {
    return granted -> {
      List<String> unknown = unknown(rules, granted);
      return unknown.isEmpty()
          ? CompletableFuture.completedFuture(Optional.empty())
          : check(bound, request, unknown);
    };
  }

  /** Returns a check that finds what {@link #check} would, without an effect. It blocks. */
  FurtherCheck peek(CompiledRules rules, NewKeyBound bound, Subject request) {
    return limits ->
        CompletableFuture.completedFuture(refusal(rules, bound, request, limits.parts()));
  }

  /**
   * Returns why a request would be refused for its new keys.
   *
   * @param limits what the limits would decide, before they are charged
   */
  Optional<DefenseExplanation> explain(
      CompiledRules rules, NewKeyBound bound, Subject request, List<PartDecision> limits) {
    return refusal(rules, bound, request, limits)
        .map(
            found ->
                new DefenseExplanation(
                    found == SHORT_OF_MEMORY ? Defense.MEMORY : Defense.NEW_KEYS,
                    found.retryAfter()));
  }

  private Optional<Refusal> refusal(
      CompiledRules rules, NewKeyBound bound, Subject request, List<PartDecision> limits) {
    if (limits.stream().noneMatch(each -> isUnknown(rules, each))) {
      return Optional.empty();
    }
    if (fullMemory(bound).isPresent()) {
      return Optional.of(SHORT_OF_MEMORY);
    }
    Optional<String> network = network(bound, request);
    return bound
        .limits()
        .flatMap(policy -> network.map(limiter::part).map(part -> part.policy(policy)))
        .map(part -> JointLimiter.of(part).peek())
        .filter(decision -> !decision.allowed())
        .map(KeyFloods::refusal);
  }

  private boolean isUnknown(CompiledRules rules, PartDecision each) {
    return counts(rules, each)
        && each.decision().limits().stream()
            .allMatch(limit -> limit.remaining() >= limit.limit().capacity())
        && !known.has(marked(each));
  }

  /** Returns the new keys that this process does not remember. */
  private List<String> unknown(CompiledRules rules, JointDecision granted) {
    return granted.newKeys().stream()
        .filter(each -> counts(rules, each))
        .map(KeyFloods::marked)
        .filter(key -> !isKnown(key))
        .toList();
  }

  private static boolean counts(CompiledRules rules, PartDecision each) {
    return !each.part().isObserved()
        && each.decision().source() == Source.STORE
        && rules.hasKeysOfClients(each.decision().policy().name());
  }

  private static String marked(PartDecision each) {
    return RuleKeys.ofRule(each.decision().policy().name(), each.part().key());
  }

  /** A known key is remembered for another hour. */
  private boolean isKnown(String key) {
    boolean is = known.has(key);
    if (is) {
      known.set(key, REMEMBERED);
    }
    return is;
  }

  private CompletableFuture<Optional<Refusal>> check(
      NewKeyBound bound, Subject request, List<String> unknown) {
    Optional<StoreMemory> full = fullMemory(bound);
    if (full.isPresent()) {
      return CompletableFuture.completedFuture(Optional.of(shortOfMemory(full.get())));
    }
    Optional<String> network = network(bound, request);
    if (bound.limits().isEmpty() || network.isEmpty()) {
      remember(unknown);
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return charge(network.get(), bound.limits().get(), unknown);
  }

  private static Optional<String> network(NewKeyBound bound, Subject request) {
    return new RuleKeys(bound.ipv4Bits(), bound.ipv6Bits()).address(request).map(Key::text);
  }

  private CompletableFuture<Optional<Refusal>> charge(
      String network, Policy limits, List<String> unknown) {
    return JointLimiter.of(limiter.part(network).policy(limits))
        .tryAcquireAsync()
        .thenApply(
            decision -> {
              if (decision.allowed()) {
                remember(unknown);
                return Optional.empty();
              }
              return Optional.of(flooded(network, decision));
            });
  }

  private void remember(List<String> keys) {
    keys.forEach(key -> known.set(key, REMEMBERED));
  }

  private Refusal flooded(String network, JointDecision decision) {
    if (told.setIfAbsent(network, PAUSE)) {
      floods.event().log("A network exceeds the bound of new keys; its new keys are refused");
      listeners.flooded(network);
    }
    return refusal(decision);
  }

  private static Refusal refusal(JointDecision ofNetwork) {
    return new Refusal(
        ProblemType.ABNORMAL_USAGE_DETECTED,
        ofNetwork.retryAfter(),
        List.of(NewKeyBound.POLICY),
        Optional.of(ofNetwork));
  }

  // --- memory ----------------------------------------------------------------------------------

  /** Returns the memory of the store, if more of it is in use than new keys may have. */
  private Optional<StoreMemory> fullMemory(NewKeyBound bound) {
    return bound.memoryPercent().isEmpty()
        ? Optional.empty()
        : memory
            .flatMap(MemoryStore::memory)
            .filter(found -> found.usedPart().orElse(0) * 100 > bound.memoryPercent().getAsInt());
  }

  private Refusal shortOfMemory(StoreMemory full) {
    if (told.setIfAbsent(MEMORY, PAUSE)) {
      LOG.atWarn()
          .addKeyValue("used", full.usedBytes())
          .log("Too much of the store's memory is in use; new keys are refused");
      listeners.shortOfMemory(full);
    }
    return SHORT_OF_MEMORY;
  }
}
