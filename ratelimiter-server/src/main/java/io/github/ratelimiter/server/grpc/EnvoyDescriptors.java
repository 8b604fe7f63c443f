package io.github.ratelimiter.server.grpc;

import io.github.ratelimiter.server.check.CheckedRequest;
import io.github.ratelimiter.server.grpc.envoy.RateLimitDescriptor;
import io.github.ratelimiter.server.grpc.envoy.RateLimitRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/*
 * Each descriptor becomes a request to check. All its entries are attributes of the request, and the
 * domain is one, too. Those with the names of a check's fields are these fields as well.
 */
/** Reads the descriptors of Envoy's requests. */
final class EnvoyDescriptors {
  private static final int MOST_DESCRIPTORS = 64;
  private static final int MOST_ENTRIES = 32;
  private static final String DOMAIN = "domain";

  private EnvoyDescriptors() {}

  /**
   * A descriptor.
   *
   * @param request what it asks for; its cost is at least 1
   * @param counts whether it takes permits; otherwise it only asks whether there is one
   */
  record Descriptor(CheckedRequest request, boolean counts) {}

  /**
   * Returns the descriptors of a request, in their order.
   *
   * @throws io.grpc.StatusRuntimeException if fields are wrong
   */
  static List<Descriptor> of(RateLimitRequest request) {
    Fields.required(DOMAIN, request.getDomain(), "envoy");
    Fields.count("descriptors", request.getDescriptorsCount(), MOST_DESCRIPTORS);
    return IntStream.range(0, request.getDescriptorsCount())
        .mapToObj(i -> descriptor("descriptors." + i, request.getDescriptors(i), request))
        .toList();
  }

  private static Descriptor descriptor(
      String field, RateLimitDescriptor descriptor, RateLimitRequest request) {
    if (descriptor.hasLimit()) {
      throw Fields.mistake(
          field + ".limit", "limits cannot be overridden by a call; write them into a rule");
    }
    Map<String, String> entries = entries(field, descriptor);
    if (entries.putIfAbsent(DOMAIN, request.getDomain()) != null) {
      throw Fields.mistake(
          field, "an entry has the key 'domain', which is the name of the request's domain");
    }
    long hits = hits(field, descriptor, request);
    return new Descriptor(request(field, entries, Math.max(hits, 1)), hits > 0);
  }

  private static Map<String, String> entries(String field, RateLimitDescriptor descriptor) {
    Fields.count(field + ".entries", descriptor.getEntriesCount(), MOST_ENTRIES);
    Map<String, String> entries = new HashMap<>();
    for (int i = 0; i < descriptor.getEntriesCount(); i++) {
      String entry = field + ".entries." + i;
      RateLimitDescriptor.Entry found = descriptor.getEntries(i);
      String key = Fields.required(entry + ".key", found.getKey(), "remote_address");
      String value = Fields.optional(entry + ".value", found.getValue()).orElse("");
      if (entries.put(key, value) != null) {
        throw Fields.mistake(
            entry + ".key", "'%s' is there twice; give one a descriptor_key of its own", key);
      }
    }
    return entries;
  }

  /** The number of a descriptor comes before that of the request. Without both it is 1. */
  private static long hits(String field, RateLimitDescriptor descriptor, RateLimitRequest request) {
    if (!descriptor.hasHitsAddend()) {
      return Math.max(
          1, checkedHits("hits_addend", Integer.toUnsignedLong(request.getHitsAddend())));
    }
    return checkedHits(field + ".hits_addend", descriptor.getHitsAddend().getValue());
  }

  /** The number has no sign, so a negative one is very large. */
  private static long checkedHits(String field, long hits) {
    if (hits < 0 || hits > CheckedRequest.HIGHEST_COST) {
      throw Fields.mistake(
          field,
          "found %s, expected 0 to %d",
          Long.toUnsignedString(hits),
          CheckedRequest.HIGHEST_COST);
    }
    return hits;
  }

  private static CheckedRequest request(String field, Map<String, String> entries, long cost) {
    return new CheckedRequest(
        value(entries, "user_id"),
        value(entries, "api_key"),
        value(entries, "remote_address"),
        Fields.path(field + " path", value(entries, "path").orElse("/")),
        value(entries, "method").orElse("GET"),
        value(entries, "tier"),
        Map.copyOf(entries),
        cost);
  }

  private static Optional<String> value(Map<String, String> entries, String key) {
    return Optional.ofNullable((@Nullable String) entries.get(key))
        .filter(value -> !value.isEmpty());
  }
}
