package io.github.ratelimiter.net;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressNetwork.IPAddressGenerator;
import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;

/**
 * An address of IPv4 or IPv6, in one canonical form. Immutable.
 *
 * <p>An IPv4 address in IPv6 notation is the IPv4 address: {@code ::ffff:192.0.2.1} equals {@code
 * 192.0.2.1}. The text form of IPv6 is that of RFC 5952.
 */
public final class IpAddress {
  private static final IPAddressGenerator OF_BYTES = new IPAddressGenerator();

  final IPAddress value;

  IpAddress(IPAddress value) {
    this.value = value;
  }

  /**
   * Reads an address. It must be complete and without a port, brackets, a zone or leading zeros in
   * IPv4; names are not looked up.
   *
   * @param text for example {@code 192.0.2.1} or {@code 2001:db8::1}
   * @return the address
   * @throws IllegalArgumentException if it is not an address
   */
  public static IpAddress parse(String text) {
    return new IpAddress(Notation.read(text));
  }

  /**
   * Reads an address that may not be one, as {@link #parse} does.
   *
   * @param text any text
   * @return empty if it is not an address
   */
  public static Optional<IpAddress> tryParse(String text) {
    try {
      return Optional.of(parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns the address of a socket. Its zone is left out.
   *
   * @param address the address
   * @return the address
   */
  public static IpAddress of(InetAddress address) {
    return new IpAddress(Notation.canonical(OF_BYTES.from(address.getAddress())));
  }

  /**
   * Returns whether this is an IPv6 address.
   *
   * @return false for IPv4
   */
  public boolean isIpv6() {
    return value.isIPv6();
  }

  /**
   * Returns the network of this address. A client with IPv6 has a whole network, mostly a /64, and
   * may use any address of it. So count its network and not its address.
   *
   * @param ipv4Bits the length of the prefix of an IPv4 address, 0 to 32; 32 is the address alone
   * @param ipv6Bits the length of the prefix of an IPv6 address, 0 to 128; 64 is a good choice
   * @return a block that contains this address
   * @throws IllegalArgumentException if a number is out of range
   */
  public CidrBlock network(int ipv4Bits, int ipv6Bits) {
    CidrBlock.checkPrefix(ipv4Bits, 32);
    CidrBlock.checkPrefix(ipv6Bits, 128);
    return new CidrBlock(value.toPrefixBlock(isIpv6() ? ipv6Bits : ipv4Bits));
  }

  /**
   * Returns the key of a client with this address: the address of IPv4, the /64 network of IPv6.
   *
   * @return for example {@code 192.0.2.1} or {@code 2001:db8::/64}
   */
  public String clientKey() {
    return isIpv6() ? network(32, 64).toString() : toString();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof IpAddress other && value.equals(other.value);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(value);
  }

  /** Returns the canonical text: {@code 192.0.2.1}, {@code 2001:db8::1}. */
  @Override
  public String toString() {
    return value.toCanonicalString();
  }
}
