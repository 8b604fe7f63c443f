package io.github.ratelimiter.server.check;

import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.JointDecision.PartDecision;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.http.Admission;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.RateLimitHeaders;
import io.github.ratelimiter.http.RequestVerdict;
import io.github.ratelimiter.rules.Rules;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Checks several requests as one: all of them are allowed, or none. Thread-safe. */
public final class JointChecks {
  /** The state that a charge is for. */
  private record State(String policy, String key) {
    static State of(JointLimiter.Part part) {
      return new State(part.policy().name(), part.key());
    }
  }

  private final Rules rules;
  private final HttpLimiter limiter;
  private final CheckSurroundings around;

  /**
   * Creates checks.
   *
   * @param rules the rules in force
   * @param headers describe decisions
   * @param around what is around each check
   */
  public JointChecks(Rules rules, RateLimitHeaders headers, CheckSurroundings around) {
    this.around = around;
    this.rules = rules;
    this.limiter = HttpLimiter.builder().limits(rules).headers(headers).build();
  }

  /**
   * Takes the permits of all rules that apply to any of the requests, or of none. If a rule counts
   * several of them under one key, the one with the largest cost counts.
   *
   * @param requests at least one
   */
  public JointResult check(List<CheckedRequest> requests) {
    requests.forEach(request -> around.prepare(request).join());
    return around.check(told(requests), () -> decide(requests), JointResult::all);
  }

  /** All requests together are one check: that of the user, if one is named. */
  private static CheckedRequest told(List<CheckedRequest> requests) {
    return requests.stream()
        .filter(request -> request.userId().isPresent())
        .findFirst()
        .orElse(requests.get(0));
  }

  private JointResult decide(List<CheckedRequest> requests) {
    List<RequestVerdict> verdicts = requests.stream().map(rules::of).toList();
    Admission admission =
        limiter.admit(verdicts.stream().reduce(RequestVerdict::and).orElseThrow());
    return new JointResult(
        CheckResult.of(admission),
        verdicts.stream().map(each -> share(each, admission.decision())).toList());
  }

  private static JointResult.Share share(RequestVerdict verdict, Optional<JointDecision> decision) {
    if (!(verdict instanceof RequestVerdict.Limited limited)) {
      return new JointResult.Share(true, List.of());
    }
    Set<State> states =
        limited.charges().stream()
            .map(charge -> State.of(charge.part()))
            .collect(Collectors.toSet());
    List<PartDecision> parts = decision.map(JointDecision::parts).orElse(List.of());
    return new JointResult.Share(
        false, parts.stream().filter(each -> states.contains(State.of(each.part()))).toList());
  }
}
