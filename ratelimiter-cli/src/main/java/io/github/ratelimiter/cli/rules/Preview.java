package io.github.ratelimiter.cli.rules;

import io.github.ratelimiter.cli.Io;
import io.github.ratelimiter.cli.log.Line;
import io.github.ratelimiter.cli.log.LogInput;
import io.github.ratelimiter.cli.log.LogScan;
import io.github.ratelimiter.cli.rules.Outcome.RuleKey;
import io.github.ratelimiter.cli.rules.Tally.Count;
import io.github.ratelimiter.http.HttpRequest;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.RuleState;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Decides the requests of logs by new rules and by the rules before, side by side, and counts who
 * is newly refused. Without rules before, every refusal is a new one. The memory is bounded by the
 * number of keys, for each of the two sides.
 */
final class Preview implements AutoCloseable {
  private final LogScan scan;
  private final List<String> sources = new ArrayList<>();
  private final Side after;
  private final Optional<Side> before;
  private final Set<String> rulesAfter;
  private final LogFields fields = new LogFields();
  private final Tally all = new Tally();
  private final Tallies rules = new Tallies(Integer.MAX_VALUE);
  private final Tallies keys;

  /**
   * Creates a preview that has read nothing yet.
   *
   * @param maximumKeys the maximum number of keys to count
   * @param io receives the progress, and a message for each malformed line
   */
  Preview(RuleSet after, Optional<RuleSet> before, int maximumKeys, Io io) {
    this.scan = new LogScan(io);
    this.after = new Side(after, scan.clock(), maximumKeys, this::banned);
    this.before = before.map(set -> new Side(set, scan.clock(), maximumKeys, rule -> {}));
    this.keys = new Tallies(maximumKeys);
    this.rulesAfter = names(after);
    rulesAfter.forEach(rules::of); // A rule that counts nothing is in the report as well.
    before.ifPresent(set -> names(set).forEach(rules::of));
  }

  /** Returns the names of all that can refuse a request. */
  private static Set<String> names(RuleSet set) {
    Set<String> names = new LinkedHashSet<>();
    activeRules(set).forEach(rule -> names.add(rule.id()));
    if (!set.deny().isEmpty()) {
      names.add(Side.DENY_LIST);
    }
    set.defenses().honeypots().ifPresent(honeypots -> names.add(Side.HONEYPOTS));
    set.defenses().newKeys().ifPresent(bound -> names.add(Side.NEW_KEYS));
    return names;
  }

  static Stream<Rule> activeRules(RuleSet set) {
    return Stream.concat(set.rules().stream(), set.defaultRule().stream())
        .filter(rule -> rule.state() == RuleState.ACTIVE);
  }

  /**
   * Reads a log to its end.
   *
   * @throws io.github.ratelimiter.cli.CommandException if the log cannot be read
   */
  void run(LogInput input) {
    sources.add(input.name());
    scan.run(input, this::decide);
  }

  /**
   * Ends the preview.
   *
   * @param last the last log that was read
   * @throws io.github.ratelimiter.cli.CommandException if there was no request
   */
  void end(LogInput last) {
    scan.end(last);
  }

  private void decide(Line.Request line) {
    fields.add(line);
    HttpRequest request = LogRequest.of(line);
    Outcome now = after.decide(request, line.status());
    Outcome old = before.map(side -> side.decide(request, line.status())).orElse(Outcome.UNLIMITED);
    countRequest(now, old);
    old.refusedBy().ifPresent(by -> count(Count.REFUSED_BEFORE, by));
    now.refusedBy().ifPresent(by -> count(Count.REFUSED, by));
    now.delayedBy().ifPresent(by -> count(Count.DELAYED, by));
    now.shadowRefusals().forEach(rule -> rules.of(rule).add(Count.SHADOW_REFUSED));
    if (now.isRefused() && !old.isRefused()) {
      RuleKey by = now.refusedBy().orElseThrow();
      tallies(by).forEach(tally -> tally.newlyRefused(by.rule(), scan.second()));
    } else if (old.isRefused() && !now.isRefused()) {
      RuleKey by = old.refusedBy().orElseThrow();
      tallies(by).forEach(tally -> tally.noLongerRefused(by.rule()));
    } else if (now.isRefused()) {
      refusedByBoth(now.refusedBy().orElseThrow(), old.refusedBy().orElseThrow());
    }
  }

  /** A request that another key refused before is no new refusal of its client. */
  private void refusedByBoth(RuleKey now, RuleKey old) {
    if (!now.rule().equals(old.rule())) {
      all.add(Count.OTHER_RULE);
    }
    if (!now.key().equals(old.key())) {
      keys.of(now.key()).add(Count.OTHER_KEY_BEFORE);
      keys.of(old.key()).add(Count.OTHER_KEY);
    }
  }

  private void banned(String rule) {
    all.add(Count.BANS);
    rules.of(rule).add(Count.BANS);
  }

  /** A rule has the requests that it counts now; one that is gone, those that it counted. */
  private void countRequest(Outcome now, Outcome old) {
    all.add(Count.REQUESTS);
    Set<String> counted = new LinkedHashSet<>();
    for (RuleKey each : now.counted()) {
      rules.of(each.rule()).add(Count.REQUESTS);
      counted.add(each.key());
    }
    for (RuleKey each : old.counted()) {
      if (!rulesAfter.contains(each.rule())) {
        rules.of(each.rule()).add(Count.REQUESTS);
      }
      counted.add(each.key());
    }
    counted.forEach(key -> keys.of(key).add(Count.REQUESTS));
  }

  private void count(Count count, RuleKey by) {
    tallies(by).forEach(tally -> tally.add(count));
  }

  private Stream<Tally> tallies(RuleKey by) {
    return Stream.of(all, rules.of(by.rule()), keys.of(by.key()));
  }

  // --- results -------------------------------------------------------------------------------

  /** Returns the names of the logs. */
  List<String> sources() {
    return sources;
  }

  LogScan scan() {
    return scan;
  }

  RuleSet after() {
    return after.set();
  }

  Optional<RuleSet> before() {
    return before.map(Side::set);
  }

  LogFields fields() {
    return fields;
  }

  /** Returns the counts of all requests. */
  Tally all() {
    return all;
  }

  /** Returns the counts by rule, and those of the list of denied clients. */
  Tallies rules() {
    return rules;
  }

  /** Returns the counts by key. */
  Tallies keys() {
    return keys;
  }

  /** Returns the number of keys with at least one of a count. */
  long keysWith(Count count) {
    return keys.count(key -> key.get(count) > 0);
  }

  /** Returns the number of keys that lost their state too early, because there were too many. */
  long evictions() {
    return after.evictions() + before.map(Side::evictions).orElse(0L);
  }

  @Override
  public void close() {
    after.close();
    before.ifPresent(Side::close);
  }
}
