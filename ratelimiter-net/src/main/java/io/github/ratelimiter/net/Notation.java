package io.github.ratelimiter.net;

import inet.ipaddr.AddressStringException;
import inet.ipaddr.AddressStringParameters.RangeParameters;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import inet.ipaddr.IncompatibleAddressException;
import inet.ipaddr.ipv6.IPv6Address;
import java.util.Objects;

/**
 * The text of addresses, read strictly. The library reads much more by default: an empty text as
 * 127.0.0.1, {@code 1.2} as 1.0.0.2, {@code 010.1.1.1} as 8.1.1.1. A client that may write its
 * address in several ways is several clients.
 */
final class Notation {
  /** The longest text: an IPv6 address that ends with an IPv4 address. */
  private static final int LONGEST = 45;

  private static final IPAddressStringParameters STRICT = strict();

  private Notation() {}

  private static IPAddressStringParameters strict() {
    IPAddressStringParameters.Builder builder =
        new IPAddressStringParameters.Builder()
            .allowEmpty(false)
            .allowAll(false)
            .allowSingleSegment(false)
            .allowWildcardedSeparator(false)
            .allowPrefix(false)
            .allowMask(false)
            .allowPrefixOnly(false)
            .allow_inet_aton(false)
            .setRangeOptions(RangeParameters.NO_RANGE);
    builder.getIPv4AddressParametersBuilder().allowLeadingZeros(false).allowBinary(false);
    builder
        .getIPv6AddressParametersBuilder()
        .allowUnlimitedLeadingZeros(false)
        .allowZone(false)
        .allowBase85(false)
        .allowBinary(false)
        .getEmbeddedIPv4AddressParametersBuilder()
        .allowLeadingZeros(false)
        .allow_inet_aton(false);
    return builder.toParams();
  }

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException if it is none
   */
  static IPAddress read(String text) {
    Objects.requireNonNull(text, "address");
    if (text.length() > LONGEST || !isOfAddress(text)) {
      throw notAnAddress(text);
    }
    try {
      return canonical(new IPAddressString(text, STRICT).toAddress());
    } catch (AddressStringException | IncompatibleAddressException e) {
      throw notAnAddress(text);
    }
  }

  private static boolean isOfAddress(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean isDigit = Character.digit(c, 16) >= 0 && c < 128;
      if (!isDigit && c != '.' && c != ':') {
        return false;
      }
    }
    return true;
  }

  private static IllegalArgumentException notAnAddress(String text) {
    String shown = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
    return new IllegalArgumentException(
        "'%s' is not an address; write 192.0.2.1 or 2001:db8::1".formatted(shown));
  }

  /** An IPv4 address is one, also where it is written as an IPv6 address: ::ffff:192.0.2.1. */
  static IPAddress canonical(IPAddress address) {
    return address instanceof IPv6Address ipv6 && ipv6.isIPv4Mapped()
        ? ipv6.getEmbeddedIPv4Address()
        : address;
  }
}
