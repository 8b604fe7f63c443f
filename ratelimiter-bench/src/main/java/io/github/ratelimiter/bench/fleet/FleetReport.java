package io.github.ratelimiter.bench.fleet;

import io.github.ratelimiter.cli.Numbers;
import java.util.Locale;

/** The report of a run as text. */
final class FleetReport {
  private FleetReport() {}

  static String table(FleetResult result) {
    StringBuilder text = new StringBuilder();
    text.append(result.about()).append('\n').append(title(result.setup())).append("\n\n");
    text.append(FleetTables.decisions(result)).append('\n');
    text.append(FleetTables.waits(result)).append('\n');
    text.append(FleetTables.costs(result)).append('\n');
    if (result.audit() != null) {
      text.append(FleetTables.limits(result, result.audit())).append('\n');
      text.append(audit(result.audit()));
    }
    Growth.of(result.stages()).ifPresent(growth -> text.append(growth(growth)));
    CoreEstimate.of(result).ifPresent(estimate -> text.append(cores(estimate)));
    return text.toString();
  }

  static String title(FleetSetup setup) {
    return String.format(
        Locale.ROOT,
        "%s, each with %s requests/s, open loop; leases of %d ms; %s; %s",
        Numbers.count(setup.instances(), "instance"),
        Numbers.number(setup.rate(), 0),
        setup.lease().toMillis(),
        setup.policyText(),
        setup.mix().text());
  }

  private static String audit(FleetAudit audit) {
    String checked =
        Numbers.count(audit.permits(), "permit") + " of " + Numbers.count(audit.keys(), "key");
    return audit.overshoot() > 0
        ? "audit of the whole run: OVERSHOOT of "
            + Numbers.count(audit.overshoot(), "permit")
            + " in the worst interval, among "
            + checked
            + "; without the permits that fallbacks granted: "
            + Numbers.number(audit.overshootOfStore())
            + "\n"
        : "audit of the whole run: no overshoot in any interval of "
            + checked
            + "; the fullest interval had room for "
            + Numbers.number(audit.headroom())
            + " more\n";
  }

  private static String growth(Growth growth) {
    return String.format(
        Locale.ROOT,
        "growth of an instance from the first steady stage to the last, at most: heap %+.1f MB,"
            + " threads %+d%n",
        growth.heap() / 1e6,
        growth.threads());
  }

  private static String cores(CoreEstimate estimate) {
    return String.format(
        Locale.ROOT,
        "steady: p99 %.2f ms (aim: below 5), p99.9 %.2f ms (20), busiest server %.0f %% (70),"
            + " largest instance %.0f MB (512), by the fallback %.1f %%%n"
            + "1,000,000 decisions/s over %d instances: %.1f cores busy in the instances, %.1f in the"
            + " servers;%n  with cores at most %.0f %% busy: %s for each instance, %s and as many"
            + " replicas, %d cores in all%n",
        estimate.p99Millis(),
        estimate.p999Millis(),
        100 * estimate.busiestServer(),
        estimate.largestInstance() / 1e6,
        100 * estimate.fallback(),
        CoreEstimate.INSTANCES,
        estimate.instanceCores(),
        estimate.serverCores(),
        100 * CoreEstimate.BUSY,
        Numbers.count(estimate.coresOfAnInstance(), "core"),
        Numbers.count(estimate.masters(), "master"),
        estimate.allCores());
  }
}
