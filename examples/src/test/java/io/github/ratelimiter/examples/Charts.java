package io.github.ratelimiter.examples;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Draws how a policy behaves at a burst, from decisions of the library, into the pages that ask for
 * it: {@code <!-- tried: 10/10s -->} or {@code <!-- waited for: 10/10s -->} and a text block.
 *
 * <p>Run {@link #main} after a change, from anywhere in the repository.
 */
final class Charts {
  private static final Pattern PLACE =
      Pattern.compile("<!-- (tried|waited for): (.+) -->\\R```text\\R((?s:.*?))```");
  private static final int SECONDS = 31;
  private static final int FIRST_CALL = 6;
  private static final int CALLS_A_SECOND = 5;
  private static final int CALLS_AT_ONCE = 13;

  private final ManualTimeSource clock = ManualTimeSource.create();
  private final long start = clock.nowMicros();
  private final List<Long> granted = new ArrayList<>();
  private final int[] grants = new int[SECONDS];
  private final int[] refusals = new int[SECONDS];
  private final RateLimiter limiter;

  private Charts(String policy) {
    LocalStateStore store = LocalStateStore.builder().timeSource(clock).build();
    limiter = RateLimiter.builder().policy("api", policy).store(store).timeSource(clock).build();
  }

  /** Writes all charts anew. */
  public static void main(String[] args) throws IOException {
    for (Pages.Page page : Pages.all()) {
      String text = Pages.text(page.file());
      String drawn =
          PLACE
              .matcher(text)
              .replaceAll(
                  place -> {
                    String before = place.group().substring(0, place.start(3) - place.start());
                    return Matcher.quoteReplacement(before + draw(place.group(1), place.group(2)))
                        + "```";
                  });
      if (!drawn.equals(text)) {
        Files.writeString(page.file(), drawn);
      }
    }
  }

  /** Finds the charts of a page: how the policy is used, the policy, the chart. */
  static List<String[]> on(Pages.Page page) {
    return PLACE
        .matcher(Pages.text(page.file()))
        .results()
        .map(place -> new String[] {place.group(1), place.group(2), place.group(3)})
        .toList();
  }

  static String draw(String use, String policy) {
    Charts chart = new Charts(policy);
    if (use.equals("tried")) {
      chart.tryFiveASecond();
      return chart.text(policy + ", five calls a second from second 6 on");
    }
    chart.waitFromSecondSix();
    return chart.text(policy + ", thirteen waiting callers in second 6");
  }

  private void tryFiveASecond() {
    clock.advance(Duration.ofSeconds(FIRST_CALL));
    for (int call = 0; call < (SECONDS - FIRST_CALL) * CALLS_A_SECOND; call++) {
      record(limiter.tryAcquire("k"));
      clock.advance(Duration.ofMillis(1_000 / CALLS_A_SECOND));
    }
  }

  private void waitFromSecondSix() {
    clock.advance(Duration.ofSeconds(FIRST_CALL));
    List<CompletableFuture<Void>> turns = new ArrayList<>();
    for (int call = 0; call < CALLS_AT_ONCE; call++) {
      turns.add(limiter.async().tryAcquire("k", 1, Duration.ofHours(1)).thenAccept(this::record));
    }
    clock.advance(Duration.ofSeconds(SECONDS - FIRST_CALL - 1));
    if (!turns.stream().allMatch(CompletableFuture::isDone)) {
      throw new IllegalStateException("somebody still waits at the end of the chart");
    }
  }

  private void record(Decision decision) {
    long at = clock.nowMicros() - start;
    int second = (int) (at / 1_000_000);
    if (decision.allowed()) {
      grants[second]++;
      granted.add(at);
    } else {
      refusals[second]++;
    }
  }

  private long mostInTenSeconds() {
    return granted.stream()
        .mapToLong(
            from -> granted.stream().filter(at -> at >= from && at < from + 10_000_000).count())
        .max()
        .orElseThrow();
  }

  private String text(String title) {
    int height = 0;
    for (int second = 0; second < SECONDS; second++) {
      height = Math.max(height, grants[second] + refusals[second]);
    }
    StringBuilder chart = new StringBuilder(title).append("\n\n");
    for (int row = height; row >= 1; row--) {
      StringBuilder line = new StringBuilder(String.format("%4d |", row));
      for (int second = 0; second < SECONDS; second++) {
        boolean call = row <= grants[second] + refusals[second];
        line.append(row <= grants[second] ? " #" : call ? " ." : "  ");
      }
      chart.append(line.toString().stripTrailing()).append('\n');
    }
    char[] axis = new char[2 * SECONDS + 2];
    Arrays.fill(axis, '-');
    for (int second = 0; second < SECONDS; second += 10) {
      axis[2 * second + 1] = '+';
    }
    chart.append("     +").append(axis).append('\n');
    chart.append("       0                   10                  20                  30 s\n\n");
    chart.append("# granted, . refused; at most ").append(mostInTenSeconds());
    return chart.append(" granted in any 10 s\n").toString();
  }
}
