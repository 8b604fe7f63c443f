package io.github.ratelimiter.rules;

import io.github.ratelimiter.http.ClientAddress;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.net.CidrBlock;
import io.github.ratelimiter.store.MemoryStore;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreMemory;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks for probable mistakes in what rules run on. */
final class SystemChecks {
  /** The longest prefixes of private networks: 10.0.0.0/8 and fc00::/7. */
  private static final int IPV4_BITS = 8;

  private static final int IPV6_BITS = 7;

  private SystemChecks() {}

  static Stream<Finding> of(StateStore store, int instances, ClientAddress address) {
    return Stream.of(
            notShared(store, instances),
            evicts(store),
            address.trustedProxies().stream()
                .filter(SystemChecks::isTooWide)
                .findFirst()
                .map(SystemChecks::trustsClients))
        .flatMap(Optional::stream);
  }

  private static Optional<Finding> notShared(StateStore store, int instances) {
    return instances == 1 || store.unwrap(LocalStateStore.class).isEmpty()
        ? Optional.empty()
        : Optional.of(
            found(
                "store-not-shared",
                "usage is kept in this process, and there are %d instances: each of them allows the"
                        .formatted(instances)
                    + " whole limit; use a store that they share"));
  }

  private static Optional<Finding> evicts(StateStore store) {
    return store
        .unwrap(MemoryStore.class)
        .flatMap(MemoryStore::memory)
        .flatMap(StoreMemory::eviction)
        .map(eviction -> found("store-evicts", "the server of the store " + eviction));
  }

  private static boolean isTooWide(CidrBlock block) {
    return block.prefixLength() < (block.toString().contains(":") ? IPV6_BITS : IPV4_BITS);
  }

  private static Finding trustsClients(CidrBlock block) {
    return found(
        "trusts-clients",
        "the trusted proxies are %s, which is wider than any private network: clients can invent their address; name only the proxies"
            .formatted(block));
  }

  private static Finding found(String check, String sentence) {
    return new Finding(check, Optional.empty(), sentence);
  }
}
