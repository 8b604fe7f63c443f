package io.github.ratelimiter.rules;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.rules.Explanation.DefenseExplanation;
import io.github.ratelimiter.rules.Explanation.RuleExplanation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Writes an explanation as a paragraph that somebody in support can read. */
final class ExplanationText {
  private ExplanationText() {}

  static String of(Explanation explanation) {
    List<String> sentences = new ArrayList<>();
    sentences.add(
        explanation.isAllowed()
            ? "The request is allowed, by version %d of the rules.".formatted(explanation.version())
            : "The request is refused, by version %d of the rules."
                .formatted(explanation.version()));
    if (explanation.shadowed()) {
      sentences.add("All rules are in shadow: nothing is refused.");
    }
    explanation.denied().ifPresent(entry -> sentences.add("Its client is denied" + of(entry)));
    explanation
        .allowed()
        .ifPresent(entry -> sentences.add("Its client is always allowed" + of(entry)));
    explanation.defense().ifPresent(defense -> sentences.add(of(defense)));
    if (explanation.denied().isEmpty()
        && explanation.allowed().isEmpty()
        && explanation.rules().isEmpty()) {
      sentences.add("No rule matches it, and there is no default rule.");
    }
    explanation.rules().forEach(rule -> sentences.add(of(rule)));
    return String.join(" ", sentences);
  }

  private static String of(ListEntry entry) {
    StringBuilder text = new StringBuilder();
    if (!entry.reason().isEmpty()) {
      text.append(" (").append(entry.reason()).append(")");
    }
    if (!entry.author().isEmpty()) {
      text.append(", by ").append(entry.author());
    }
    entry.until().ifPresent(until -> text.append(", until ").append(until));
    return text.append(".").toString();
  }

  private static String of(DefenseExplanation each) {
    return switch (each.defense()) {
      case HONEYPOT -> "It is for a honeypot: its client would be banned" + time(each, "") + ".";
      case BAN -> "Its client requested a honeypot and is banned" + time(each, "another ") + ".";
      case NEW_KEYS ->
          "Its key is new, and its network may use no more new keys" + time(each, "another ") + ".";
      case MEMORY -> "Its key is new, and too much of the store's memory is in use.";
    };
  }

  private static String time(DefenseExplanation each, String another) {
    return each.retryAfter().map(time -> " for " + another + seconds(time)).orElse("");
  }

  private static String of(RuleExplanation each) {
    String rule = "Rule '" + each.rule().id() + "'";
    return switch (each.effect()) {
      case APPLIES -> rule + limits(each) + ".";
      case SHADOWS -> rule + " only counts, and" + limits(each) + ".";
      case ALLOWS -> rule + " allows it; later rules do not apply.";
      case COMES_LATER -> rule + " matches too, and does not apply: another rule comes first.";
      case HAS_NO_KEY ->
          rule
              + " matches, and does not apply: the request has no %s.".formatted(each.rule().key());
      case COSTS_NOTHING -> rule + " matches, and does not apply: the request costs nothing.";
      case IS_NOT_ROLLED_OUT ->
          rule
              + " matches, and does not apply: it is rolled out to %d %% of the keys."
                  .formatted(each.rule().percent());
    };
  }

  private static String limits(RuleExplanation each) {
    String counted =
        " limits " + each.key().orElse("it") + " to " + each.policy().text() + source(each);
    return each.decision().map(decision -> counted + state(decision)).orElse(counted);
  }

  private static String source(RuleExplanation each) {
    return switch (each.source()) {
      case OVERRIDE -> " (an override for the user)";
      case USER -> " (the user's own limits)";
      case TIER -> " (the limits of the tier)";
      case RULE -> "";
    };
  }

  private static String state(Decision decision) {
    if (decision.allowed()) {
      return ": %d left".formatted(decision.remaining());
    }
    String source =
        switch (decision.source()) {
          case STORE -> "the store";
          case LEASE -> "a lease";
          case CACHED_REFUSAL -> "a refusal of the store that still holds";
          case FALLBACK -> "the fallback, because the store is down";
        };
    return ": %s refuses, as %s says, %s"
        .formatted(
            decision.limit().text(),
            source,
            decision
                .retryAfter()
                .map(wait -> "for another " + seconds(wait))
                .orElse("and always will"));
  }

  private static String seconds(Duration wait) {
    return wait.toMillis() < 1_000
        ? Math.max(wait.toMillis(), 1) + " ms"
        : (wait.toMillis() + 999) / 1_000 + " s";
  }
}
