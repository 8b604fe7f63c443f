package io.github.ratelimiter.server.admin;

import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.server.admin.PreviewSide.RuleKey;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides the requests of a log by new rules and by those before, side by side, and counts who
 * would newly be refused. Both begin without any usage.
 */
public final class Preview {
  private static final int MOST_KEYS = 50;

  /**
   * What the new rules would do. Immutable.
   *
   * @param requests how many there were
   * @param refusedBefore how many the rules before refuse
   * @param refusedAfter how many the new rules refuse
   * @param newlyRefused how many only the new rules refuse
   * @param noLongerRefused how many only the rules before refuse
   * @param newlyRefusedKeys who is newly refused most often
   */
  public record Result(
      long requests,
      long refusedBefore,
      long refusedAfter,
      long newlyRefused,
      long noLongerRefused,
      List<NewlyRefused> newlyRefusedKeys) {}

  /**
   * Who is newly refused.
   *
   * @param rule the rule that refuses
   * @param key what it counts
   * @param requests how many of them
   */
  public record NewlyRefused(String rule, String key, long requests) {}

  private long refusedBefore;
  private long refusedAfter;
  private long newlyRefused;
  private long noLongerRefused;
  private final Map<RuleKey, Long> keys = new LinkedHashMap<>();

  private Preview() {}

  /** Runs a preview. Requests are decided in the order of their times. */
  public static Result of(RuleSet before, RuleSet after, List<LoggedRequest> log) {
    List<LoggedRequest> sorted =
        log.stream().sorted(Comparator.comparing(LoggedRequest::time)).toList();
    Preview preview = new Preview();
    try (PreviewSide old = new PreviewSide(before);
        PreviewSide now = new PreviewSide(after)) {
      sorted.forEach(each -> preview.count(old.refusedBy(each), now.refusedBy(each)));
    }
    return preview.result(sorted.size());
  }

  private void count(Optional<RuleKey> before, Optional<RuleKey> after) {
    refusedBefore += before.isPresent() ? 1 : 0;
    refusedAfter += after.isPresent() ? 1 : 0;
    if (before.isEmpty() && after.isPresent()) {
      newlyRefused++;
      keys.merge(after.get(), 1L, Long::sum);
    } else if (before.isPresent() && after.isEmpty()) {
      noLongerRefused++;
    }
  }

  private Result result(long requests) {
    return new Result(
        requests,
        refusedBefore,
        refusedAfter,
        newlyRefused,
        noLongerRefused,
        keys.entrySet().stream()
            .sorted(Map.Entry.<RuleKey, Long>comparingByValue().reversed())
            .limit(MOST_KEYS)
            .map(
                each ->
                    new NewlyRefused(each.getKey().rule(), each.getKey().key(), each.getValue()))
            .toList());
  }
}
