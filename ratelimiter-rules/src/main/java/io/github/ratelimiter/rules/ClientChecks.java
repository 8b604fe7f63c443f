package io.github.ratelimiter.rules;

import io.github.ratelimiter.net.CidrBlock;
import io.github.ratelimiter.rules.ListEntry.ClientId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Looks for probable mistakes in what concerns single clients: lists, and limits of users. */
final class ClientChecks {
  /** Of two overrides with the same values, only the first ever applies. */
  private record Place(String user, String rule, Optional<Instant> until) {}

  private final List<Finding> findings = new ArrayList<>();

  private ClientChecks() {}

  static List<Finding> of(RuleSet set) {
    ClientChecks checks = new ClientChecks();
    checks.overrides(set.overrides());
    checks.twice("denied", set.deny());
    checks.twice("allowed", set.allow());
    checks.onBothLists(set);
    checks.singleAddresses(set.deny());
    return checks.findings;
  }

  private void found(String check, String sentence) {
    findings.add(new Finding(check, Optional.empty(), sentence));
  }

  private void overrides(List<LimitOverride> overrides) {
    Set<Place> known = new HashSet<>();
    for (LimitOverride each : overrides) {
      if (!known.add(new Place(each.user(), each.rule(), each.until()))) {
        findings.add(
            new Finding(
                "duplicate-override",
                Optional.of(each.rule()),
                "user '%s' has limits of his own for it twice, and %s never applies: the one before it does"
                    .formatted(each.user(), each.policy().text())));
      }
    }
  }

  /** One of two entries for a client never has an effect: the one that ends first. */
  private void twice(String list, List<ListEntry> entries) {
    Set<ClientId> known = new HashSet<>();
    Set<ClientId> twice = new LinkedHashSet<>();
    for (ListEntry entry : entries) {
      if (!known.add(entry.client())) {
        twice.add(entry.client());
      }
    }
    for (ClientId client : twice) {
      found(
          "duplicate-entry",
          "the list of %s clients has %s more than once; only the entry that ends last counts"
              .formatted(list, client.text()));
    }
  }

  private void onBothLists(RuleSet set) {
    Map<ClientId, Instant> denied = new HashMap<>();
    for (ListEntry entry : set.deny()) {
      denied.merge(entry.client(), end(entry), (one, other) -> one.isAfter(other) ? one : other);
    }
    for (ListEntry entry : set.allow()) {
      Instant deniedUntil = denied.get(entry.client());
      if (deniedUntil != null && !deniedUntil.isBefore(end(entry))) {
        found(
            "duplicate-entry",
            "%s is on both lists; it is denied, and the entry that allows it has no effect"
                .formatted(entry.client().text()));
      }
    }
  }

  private static Instant end(ListEntry entry) {
    return entry.until().orElse(Instant.MAX);
  }

  private void singleAddresses(List<ListEntry> deny) {
    for (ListEntry entry : deny) {
      if (entry.client() instanceof ListEntry.Network network && isSingleIpv6(network.block())) {
        found(
            "ipv6-without-prefix", "the list of denied clients has " + avoidable(network.block()));
      }
    }
  }

  /** Returns whether a block is one IPv6 address, other than that of this host. */
  static boolean isSingleIpv6(CidrBlock block) {
    return block.prefixLength() == 128 && !block.toString().equals("::1/128");
  }

  /** Returns what is wrong with one IPv6 address. */
  static String avoidable(CidrBlock single) {
    return "%s, which is one address; a client of IPv6 has a whole network of them, most often a /64"
        .formatted(single);
  }
}
