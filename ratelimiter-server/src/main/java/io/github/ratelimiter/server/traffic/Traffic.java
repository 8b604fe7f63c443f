package io.github.ratelimiter.server.traffic;

import io.github.ratelimiter.Call;
import io.github.ratelimiter.CallObserver;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.observe.TopLimitedKeys;
import io.github.ratelimiter.observe.TopLimitedKeys.LimitedKey;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.RuleVersion;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.rules.RulesListener;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the rules of this instance decide now. It observes the limiter of the rules, so it also
 * counts what comes over gRPC. Thread-safe.
 *
 * <p>A call counts for each rule that decided it. A rule that would have allowed a call that
 * another one refused does not count it.
 */
public final class Traffic {
  private static final Comparator<RefusedKey> MOST_REFUSED_FIRST =
      Comparator.comparingLong(RefusedKey::refusals)
          .reversed()
          .thenComparingLong(RefusedKey::error)
          .thenComparing(RefusedKey::rule)
          .thenComparing(RefusedKey::key);

  private final Rules rules;
  private final TimeSource time;
  private final TopLimitedKeys top;
  private final ConcurrentMap<String, MinuteCount> counts = new ConcurrentHashMap<>();

  private Traffic(Rules rules, TimeSource time) {
    this.rules = rules;
    this.time = time;
    this.top = TopLimitedKeys.builder().timeSource(time).build();
  }

  /** Observes rules from now on. */
  public static Traffic of(Rules rules, TimeSource time) {
    Traffic traffic = new Traffic(rules, time);
    rules.limiter().addObserver(traffic.top);
    rules.limiter().addObserver(traffic.new Counter());
    rules.addListener(traffic.new Cleaner());
    return traffic;
  }

  /** Returns the version of the rules that this instance has in force. */
  public long version() {
    return rules.version().number();
  }

  /** Returns the counts of each rule in force, in the order of the rules, the default last. */
  public List<RuleTraffic> lastMinute() {
    long now = time.nowMicros();
    MinuteCount none = new MinuteCount();
    return ids(rules.version()).map(id -> counts.getOrDefault(id, none).read(id, now)).toList();
  }

  /** Returns the keys that were refused most in the last 50 to 60 seconds, of all rules. */
  public List<RefusedKey> topOfLastMinute(int most) {
    return top(most, rule -> top.lastMinute(rule, most));
  }

  /** Returns the keys that were refused most in the last 50 to 60 minutes, of all rules. */
  public List<RefusedKey> topOfLastHour(int most) {
    return top(most, rule -> top.lastHour(rule, most));
  }

  private List<RefusedKey> top(int most, Function<String, List<LimitedKey>> ofRule) {
    return ids(rules.version())
        .flatMap(rule -> ofRule.apply(rule).stream().map(key -> refused(rule, key)))
        .sorted(MOST_REFUSED_FIRST)
        .limit(most)
        .toList();
  }

  private static RefusedKey refused(String rule, LimitedKey key) {
    return new RefusedKey(rule, key.key(), key.refusals(), key.error());
  }

  private static Stream<String> ids(RuleVersion version) {
    RuleSet set = version.rules();
    return Stream.concat(set.rules().stream(), set.defaultRule().stream()).map(Rule::id);
  }

  private void count(String rule, boolean allowed) {
    counts.computeIfAbsent(rule, first -> new MinuteCount()).add(allowed, time.nowMicros());
  }

  /** Counts calls that ask for permits. */
  private final class Counter implements CallObserver {
    private final Observation observation = this::ended;

    @Override
    public void onAcquire(String key, long permits, Decision decision) {
      count(decision.policy().name(), decision.allowed());
    }

    @Override
    public void onDecision(Call call, Decision decision) {
      ended(call, decision, null);
    }

    @Override
    public Observation onCall(Call call) {
      return observation;
    }

    private void ended(Call call, @Nullable Decision decision, @Nullable Throwable failure) {
      if (decision != null && call.operation().takesPermits()) {
        count(call.policy().name(), decision.allowed());
      }
    }
  }

  /** Forgets rules that are gone, so that memory does not grow with the changes of the rules. */
  private final class Cleaner implements RulesListener {
    @Override
    public void changed(RuleVersion before, RuleVersion now) {
      Set<String> known = ids(now).collect(Collectors.toSet());
      counts.keySet().retainAll(known);
    }
  }
}
