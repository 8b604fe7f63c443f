package io.github.ratelimiter.bench.fleet;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.bench.audit.Audit;
import io.github.ratelimiter.bench.audit.Grants;
import java.util.ArrayList;
import java.util.List;

/**
 * The audit of a run: of each stage alone, and of all stages together. A long run is checked in
 * parts of consecutive stages; intervals across two parts are not checked.
 *
 * @param stages one audit for each stage
 * @param parts the audits of all stages together
 * @param partsOfStore the same without the permits that a fallback granted
 */
record FleetAudit(List<Audit> stages, List<Audit> parts, List<Audit> partsOfStore) {
  /** The longest part. The audit is possible for a little more. */
  static final double LONGEST_PART_SECONDS = 1_800;

  /**
   * The permits of a stage.
   *
   * @param endSeconds when the stage ended, in seconds since the start of the run
   * @param granted returns the permits; their times count from the given time of the run, in
   *     microseconds
   */
  record StageGrants(double startSeconds, double endSeconds, From granted) {}

  /** Permits with times that count from a time of the run. */
  interface From {
    Grants from(long micros);
  }

  /**
   * Checks the permits of all instances together.
   *
   * @param keys the number of keys
   */
  static FleetAudit of(Policy policy, List<StageGrants> grants, int keys) {
    List<Audit> stages = new ArrayList<>();
    List<Audit> parts = new ArrayList<>();
    List<Audit> partsOfStore = new ArrayList<>();
    for (StageGrants stage : grants) {
      stages.add(Audit.of(policy, merge(List.of(stage)), keys));
    }
    for (List<StageGrants> part : parts(grants)) {
      parts.add(Audit.of(policy, merge(part), keys));
      partsOfStore.add(Audit.of(policy, merge(part).ofStore(), keys));
    }
    return new FleetAudit(stages, parts, partsOfStore);
  }

  private static Grants merge(List<StageGrants> part) {
    long start = (long) (1e6 * part.get(0).startSeconds);
    List<Grants> all = part.stream().map(stage -> stage.granted.from(start)).toList();
    return reader -> all.forEach(grants -> grants.forEach(reader));
  }

  /** Returns consecutive stages in parts that are short enough for an audit. */
  static List<List<StageGrants>> parts(List<StageGrants> stages) {
    List<List<StageGrants>> parts = new ArrayList<>();
    for (StageGrants stage : stages) {
      List<StageGrants> last = parts.isEmpty() ? List.of() : parts.get(parts.size() - 1);
      if (last.isEmpty() || stage.endSeconds - last.get(0).startSeconds > LONGEST_PART_SECONDS) {
        last = new ArrayList<>();
        parts.add(last);
      }
      last.add(stage);
    }
    return parts;
  }

  /** Returns the number of checked permits. */
  long permits() {
    return parts.stream().mapToLong(Audit::permits).sum();
  }

  /** Returns the largest number of permits above a limit in any interval; 0 if there is none. */
  long overshoot() {
    return overshoot(parts);
  }

  /** Returns the same without the permits that a fallback granted. */
  long overshootOfStore() {
    return overshoot(partsOfStore);
  }

  private static long overshoot(List<Audit> parts) {
    return parts.stream().mapToLong(Audit::overshoot).max().orElse(0);
  }

  /** Returns the permits left in the fullest interval; negative if there was an overshoot. */
  long headroom() {
    return parts.stream().mapToLong(Audit::headroom).min().orElse(0);
  }

  /** Returns the largest number of keys with a permit in a part. */
  int keys() {
    return parts.stream().mapToInt(Audit::keys).max().orElse(0);
  }
}
