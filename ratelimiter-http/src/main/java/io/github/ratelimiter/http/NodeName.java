package io.github.ratelimiter.http;

import io.github.ratelimiter.net.IpAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a client or a proxy in a header or a container: an address, possibly with brackets, a
 * zone and a port. It may also be {@code unknown} or a name that hides the address (RFC 7239,
 * section 6); then it is no address.
 */
final class NodeName {
  private static final Pattern BRACKETS = Pattern.compile("\\[([^\\]]*)\\](?::[\\w.-]+)?");
  private static final Pattern IPV4_WITH_PORT = Pattern.compile("([\\d.]+):[\\w.-]+");

  private NodeName() {}

  static Optional<IpAddress> address(String name) {
    String node = name.strip();
    if (node.indexOf('[') < 0 && node.indexOf(':') < 0) {
      return IpAddress.tryParse(withoutZone(node));
    }
    Matcher brackets = BRACKETS.matcher(node);
    if (brackets.matches()) {
      return IpAddress.tryParse(withoutZone(brackets.group(1)));
    }
    Matcher ipv4 = IPV4_WITH_PORT.matcher(node);
    return IpAddress.tryParse(ipv4.matches() ? ipv4.group(1) : withoutZone(node));
  }

  private static String withoutZone(String address) {
    int zone = address.indexOf('%');
    return zone < 0 ? address : address.substring(0, zone);
  }
}
