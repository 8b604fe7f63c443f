package io.github.ratelimiter.bench.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.bench.audit.GrantFile;
import io.github.ratelimiter.bench.audit.GrantLog;
import io.github.ratelimiter.bench.audit.Grants;
import io.github.ratelimiter.bench.fleet.FleetAudit.StageGrants;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetAuditTest {
  private static final Policy POLICY = Policy.parse("test", "10/min");
  private static final int SECOND = 1_000_000;

  @TempDir private Path dir;

  /** Grants permits at a time of the run. */
  private static StageGrants stage(double startSeconds, double endSeconds, int permits) {
    return new StageGrants(
        startSeconds,
        endSeconds,
        from ->
            reader -> {
              int at = (int) (startSeconds * SECOND - from);
              for (int i = 0; i < permits; i++) {
                reader.permit(0, at, at + 1, false);
              }
            });
  }

  @Test
  void overshootAcrossTwoStagesIsFound() {
    FleetAudit audit = FleetAudit.of(POLICY, List.of(stage(0, 5, 10), stage(5, 9, 3)), 1);
    assertThat(audit.stages()).allMatch(stage -> stage.overshoot() == 0);
    assertThat(audit.overshoot()).isEqualTo(3);
    assertThat(audit.permits()).isEqualTo(13);
  }

  @Test
  void longRunIsCheckedInParts() {
    List<StageGrants> stages =
        List.of(stage(0, 900, 1), stage(900, 1_700, 1), stage(1_700, 2_000, 1));
    assertThat(FleetAudit.parts(stages))
        .containsExactly(stages.subList(0, 2), stages.subList(2, 3));
    FleetAudit audit = FleetAudit.of(POLICY, stages, 1);
    assertThat(audit.overshoot()).isZero();
    assertThat(audit.permits()).isEqualTo(3);
  }

  @Test
  void permitsOfAllInstancesCountTogether() {
    Path first = grants("first", 6, 100);
    Path second = grants("second", 6, 200);
    StageGrants stage =
        new StageGrants(
            0,
            1,
            from ->
                reader -> {
                  GrantFile.read(first, -from, 2).forEach(reader);
                  GrantFile.read(second, -from, 2).forEach(reader);
                });
    FleetAudit audit = FleetAudit.of(POLICY, List.of(stage), 1);
    assertThat(audit.permits()).isEqualTo(12);
    assertThat(audit.overshoot()).isEqualTo(2);
    assertThat(audit.keys()).isEqualTo(1);
  }

  @Test
  void permitsOfTheStoreAreAlsoCheckedAlone() {
    Path store = grants("store", 10, 100, false);
    Path fallback = grants("fallback", 2, 200, true);
    StageGrants stage =
        new StageGrants(
            0,
            1,
            from ->
                reader -> {
                  GrantFile.read(store, -from, 2).forEach(reader);
                  GrantFile.read(fallback, -from, 2).forEach(reader);
                });
    FleetAudit audit = FleetAudit.of(POLICY, List.of(stage), 1);
    assertThat(audit.overshoot()).isEqualTo(2);
    assertThat(audit.overshootOfStore()).isZero();
    assertThat(audit.keys()).isEqualTo(1);
  }

  private Path grants(String name, int permits, long micros) {
    return grants(name, permits, micros, false);
  }

  private Path grants(String name, int permits, long micros, boolean byFallback) {
    Path file = dir.resolve(name);
    try (GrantFile log = new GrantFile(file)) {
      GrantLog.Writer writer = log.writer(0);
      for (int i = 0; i < permits; i++) {
        writer.granted(0, 1_000 * micros, 1_000 * micros + 1, byFallback);
      }
    }
    return file;
  }

  @Test
  void timesInAFileAreShiftedAndTheirErrorIsAdded() {
    Grants grants = GrantFile.read(grants("shifted", 1, 100), 7_000, 3);
    grants.forEach(
        (key, from, to, byFallback) -> {
          assertThat(from).isEqualTo(7_097);
          assertThat(to).isEqualTo(7_104);
        });
  }

  @Test
  void everyBlockOfAFileIsRead() {
    int[] read = new int[1];
    GrantFile.read(grants("large", 10_000, 5), 0, 0)
        .forEach((key, from, to, byFallback) -> read[0]++);
    assertThat(read[0]).isEqualTo(10_000);
  }
}
