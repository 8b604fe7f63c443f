package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.StoreDecision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The leases of an instance, as the server knows them. */
final class Leases {
  /** A lease, and the state that has counted it. */
  record Lease(Executed executed, Epoch epoch) {
    /** Returns whether the lease is of a policy, or of a part of it. */
    boolean isFor(String key, Policy policy) {
      Policy leased = executed.request().policy();
      return executed.request().key().equals(key)
          && (leased.equals(policy) || leased.name().startsWith(policy.name() + "~"));
    }
  }

  private final List<Lease> leases = new ArrayList<>();

  void add(Executed executed, Epoch epoch) {
    leases.add(new Lease(executed, epoch));
  }

  /** Returns the leases that have not ended. */
  List<Lease> outstanding(String key, Policy policy, long now) {
    leases.removeIf(lease -> lease.executed.at() + lease.executed.delay() <= now);
    return leases.stream().filter(lease -> lease.isFor(key, policy)).toList();
  }

  Optional<Lease> of(Grant grant) {
    return leases.stream()
        .filter(
            lease ->
                StoreDecision.of(lease.executed.decision())
                    .grant()
                    .filter(grant::equals)
                    .isPresent())
        .findFirst();
  }
}
