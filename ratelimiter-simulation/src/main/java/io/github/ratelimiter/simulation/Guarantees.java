package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.SlidingWindow;
import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.simulation.ServerClock.Step;
import io.github.ratelimiter.simulation.Shares.Stretch;
import io.github.ratelimiter.store.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks the log of a run against {@code docs/guarantees.md}. */
final class Guarantees {
  private final World world;
  private final Setup setup;
  private final List<Step> steps;

  Guarantees(World world) {
    this.world = world;
    this.setup = world.setup();
    this.steps = world.server().clock().steps();
  }

  void check() {
    for (KeyHistory history : world.histories().all()) {
      history.epochs().forEach(epoch -> granted(history, epoch));
      if (decidesAlone(history)) {
        history.epochs().forEach(epoch -> grantedByAll(history, epoch));
      }
    }
    if (setup.fallenBack() && setup.mode() == Fallback.Mode.LOCAL) {
      for (Instance instance : world.instances()) {
        instance.shares().stretches().forEach(stretch -> granted(instance, stretch));
      }
    }
    if (setup.mode() == Fallback.Mode.REFUSE && world.counts().of(Kind.GRANTED_BY_FALLBACK) > 0) {
      world.violated("mode", () -> "a fallback that refuses has granted");
    }
  }

  private void excess(String rule, Object where, @Nullable String excess) {
    if (excess != null) {
      world.violated(rule, () -> where + ": more than " + excess);
    }
  }

  /** Checks what the store granted, directly or in leases. */
  private void granted(KeyHistory history, Epoch epoch) {
    Bounds bounds = new Bounds(epoch.uses(), steps);
    for (Policy version : bounds.versions()) {
      excess("limit", history.name(), bounds.ofVersion(version, 0));
    }
    List<Executed> executed = epoch.executed();
    Executed refused = Refusals.withoutCause(executed, steps);
    if (refused != null) {
      world.violated("cause", () -> history.name() + ": nothing used, but refused: " + refused);
    }
    Executed undrained = Drains.broken(executed, steps, world.counts());
    if (undrained != null) {
      world.violated("drain", () -> history.name() + ": granted while drained: " + undrained);
    }
    countedWithDebt(history, epoch);
    if (bounds.versions().size() > 1) {
      excess("versions", history.name(), new VersionBounds(bounds, executed).exceeded());
    }
  }

  /**
   * Checks granted and charged permits together: no more than the limit and its debt. A sliding
   * window is charged up to its limit, whatever the previous window still contributes.
   */
  private void countedWithDebt(KeyHistory history, Epoch epoch) {
    List<Executed> charges =
        epoch.executed().stream().filter(one -> one.request() instanceof Request.Charge).toList();
    List<Policy> versions =
        Stream.concat(
                epoch.uses().stream().map(Use::policy),
                charges.stream().map(one -> one.request().policy()))
            .distinct()
            .toList();
    if (versions.size() != 1 || charges.stream().anyMatch(one -> one.delay() > 0)) {
      return;
    }
    Policy version = versions.get(0);
    for (int i = 0; i < version.limits().size(); i++) {
      Limit limit = version.limits().get(i);
      if (!(limit instanceof SlidingWindow)) {
        List<Use> all = new ArrayList<>(epoch.uses());
        for (Executed one : charges) {
          long counted = one.charged(i) - one.decision().uncounted();
          if (counted > 0) {
            all.add(Recorder.use(one, counted, 0));
          }
        }
        Bounds bounds = new Bounds(all, steps);
        excess("debt", history.name(), bounds.ofVersion(version, List.of(limit), limit.debt()));
      }
    }
  }

  /**
   * Checks what the fallback of one instance granted while the store did not answer about the key.
   */
  private void granted(Instance instance, Stretch stretch) {
    Bounds bounds = new Bounds(stretch.uses(), List.of());
    for (Policy version : bounds.versions()) {
      List<Limit> share = version.part(0, stretch.instances()).limits();
      if (setup.clocksAgree() || share.stream().allMatch(l -> Bounds.bucketOf(l) != null)) {
        String where = instance.name() + ", 1 of " + stretch.instances() + ", " + stretch.name();
        excess("share", where, bounds.ofVersion(version, share, 0));
      }
    }
  }

  // --- one instance ----------------------------------------------------------------------------

  /** With one instance, no other instance can grant permits that it does not know of. */
  private boolean decidesAlone(KeyHistory history) {
    return setup.instances() == 1
        && setup.shards() == 1
        && setup.fallenBack()
        && setup.mode() == Fallback.Mode.LOCAL
        && setup.clocksAgree()
        && steps.isEmpty()
        && world.instances().size() == 1
        && history.epochs().stream().allMatch(Guarantees::isPlain);
  }

  /** Returns whether there was one version, no reservation, and no reset that was lost. */
  private static boolean isPlain(Epoch epoch) {
    List<Executed> executed = epoch.executed();
    return !epoch.isBack() && !Creations.areSeveral(executed);
  }

  private void grantedByAll(KeyHistory history, Epoch epoch) {
    List<Use> all = new ArrayList<>(epoch.uses());
    all.addAll(epoch.usesBesides());
    Bounds bounds = new Bounds(all, steps);
    long free = history.neverHeardOf();
    if (bounds.versions().size() == 1) {
      excess("alone", history.name(), bounds.ofVersion(bounds.versions().iterator().next(), free));
    }
  }
}
