package io.github.ratelimiter.rules;

import io.github.ratelimiter.net.CidrBlock;
import io.github.ratelimiter.net.CidrMap;
import io.github.ratelimiter.rules.match.Subject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the entry of a list for a request. Immutable. */
final class ClientList {
  private final Map<String, List<ListEntry>> users = new HashMap<>();
  private final Map<String, List<ListEntry>> apiKeys = new HashMap<>();
  private final CidrMap<List<ListEntry>> networks;

  ClientList(List<ListEntry> entries) {
    Map<CidrBlock, List<ListEntry>> blocks = new HashMap<>();
    for (ListEntry entry : entries) {
      if (entry.client() instanceof ListEntry.User user) {
        add(users, user.id(), entry);
      } else if (entry.client() instanceof ListEntry.ApiKey apiKey) {
        add(apiKeys, apiKey.key(), entry);
      } else if (entry.client() instanceof ListEntry.Network network) {
        add(blocks, network.block(), entry);
      }
    }
    networks = CidrMap.of(blocks);
  }

  private static <K> void add(Map<K, List<ListEntry>> map, K key, ListEntry entry) {
    map.computeIfAbsent(key, k -> new ArrayList<>()).add(entry);
  }

  /** Returns the first entry that applies to a request; empty if there is none. */
  Optional<ListEntry> find(Subject request, Instant now) {
    return Stream.of(of(users, request.user()), of(apiKeys, request.apiKey()), networks(request))
        .flatMap(List::stream)
        .filter(entry -> entry.appliesAt(now))
        .findFirst();
  }

  private static List<ListEntry> of(Map<String, List<ListEntry>> map, Optional<String> key) {
    return key.map(map::get).orElse(List.of());
  }

  /** An entry of a small block may have ended while that of a larger one still applies. */
  private List<ListEntry> networks(Subject request) {
    return request
        .address()
        .map(address -> networks.findAll(address).stream().flatMap(List::stream).toList())
        .orElse(List.of());
  }
}
