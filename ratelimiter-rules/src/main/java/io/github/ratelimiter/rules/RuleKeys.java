package io.github.ratelimiter.rules;

import io.github.ratelimiter.Key;
import io.github.ratelimiter.net.IpAddress;
import io.github.ratelimiter.rules.match.Condition;
import io.github.ratelimiter.rules.match.PathPattern;
import io.github.ratelimiter.rules.match.Subject;
import java.util.Optional;

/**
 * Makes the keys of rules from requests. Immutable.
 *
 * @param ipv4Bits the length of the prefix of an IPv4 address
 * @param ipv6Bits the length of the prefix of an IPv6 address
 */
record RuleKeys(int ipv4Bits, int ipv6Bits) {
  /** Returns the key of a rule; empty if the request does not have all of its parts. */
  Optional<Key> of(Rule rule, Subject request) {
    Optional<Key> key = Optional.empty();
    for (KeyPart part : rule.key()) {
      Optional<Key> next = of(part, rule, request);
      if (next.isEmpty()) {
        return Optional.empty();
      }
      key = key.isEmpty() ? next : key.map(before -> before.and(next.get()));
    }
    return key;
  }

  private Optional<Key> of(KeyPart part, Rule rule, Subject request) {
    String name = part.name();
    return switch (part.kind()) {
      case CLIENT ->
          request
              .apiKey()
              .map(Key::apiKey)
              .or(() -> request.user().map(Key::user))
              .or(() -> address(request));
      case USER -> request.user().map(Key::user);
      case API_KEY -> request.apiKey().map(Key::apiKey);
      case IP -> address(request);
      case TIER -> request.tier().map(tier -> Key.of("tier", tier));
      case ENDPOINT -> Optional.of(Key.endpoint(endpoint(rule, request)));
      case METHOD -> Optional.of(Key.of("method", Condition.Method.counted(request.method())));
      case HEADER -> request.headers(name).stream().findFirst().map(value -> named(part, value));
      case QUERY -> request.parameters(name).stream().findFirst().map(value -> named(part, value));
      case ATTRIBUTE -> request.attribute(name).map(value -> named(part, value.toString()));
      case GLOBAL -> Optional.of(Key.global());
    };
  }

  /** A name may have any characters, so it is a value of the key, as the value itself. */
  private static Key named(KeyPart part, String value) {
    return Key.of(part.kind().text(), part.name()).and(Key.of("value", value));
  }

  /** Returns the key under which a process remembers a key of a rule. */
  static String ofRule(String rule, String key) {
    return Key.of("rule", rule).and(Key.of("key", key)).text();
  }

  /** Returns the key of the network of a client; empty if its address is not known. */
  Optional<Key> address(Subject request) {
    return request.address().map(this::network).map(Key::ip);
  }

  private String network(IpAddress address) {
    int bits = address.isIpv6() ? ipv6Bits : ipv4Bits;
    boolean whole = bits == (address.isIpv6() ? 128 : 32);
    return whole ? address.toString() : address.network(ipv4Bits, ipv6Bits).toString();
  }

  /** The pattern, and not the path: there are as many keys as patterns. */
  private static String endpoint(Rule rule, Subject request) {
    return rule.match().matchedPattern(request).map(PathPattern::toString).orElse("/**");
  }
}
