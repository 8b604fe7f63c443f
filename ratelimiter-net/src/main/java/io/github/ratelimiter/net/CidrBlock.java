package io.github.ratelimiter.net;

import inet.ipaddr.IPAddress;
import java.util.Objects;

/** The addresses that begin with the same bits, for example {@code 192.0.2.0/24}. Immutable. */
public final class CidrBlock {
  final IPAddress value;

  CidrBlock(IPAddress value) {
    this.value = value;
  }

  static void checkPrefix(int bits, int most) {
    if (bits < 0 || bits > most) {
      throw new IllegalArgumentException(
          "the prefix has %d bits; it must have 0 to %d".formatted(bits, most));
    }
  }

  /**
   * Reads a block, or an address, which is a block of its own.
   *
   * @param text for example {@code 10.0.0.0/8}, {@code 2001:db8::/32} or {@code 192.0.2.1}
   * @return the block
   * @throws IllegalArgumentException if it is not a block, or its address has bits beyond the
   *     prefix, which is most often a mistake
   */
  public static CidrBlock parse(String text) {
    int slash = Objects.requireNonNull(text, "block").indexOf('/');
    IpAddress address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
    int most = address.isIpv6() ? 128 : 32;
    int bits = slash < 0 ? most : bits(text.substring(slash + 1), text, most);
    CidrBlock block = address.network(Math.min(bits, 32), bits);
    if (!block.value.getLower().withoutPrefixLength().equals(address.value)) {
      throw new IllegalArgumentException(
          "'%s' has bits beyond its prefix; write %s".formatted(text, block));
    }
    return block;
  }

  private static int bits(String number, String text, int most) {
    if (number.matches("0|[1-9][0-9]{0,2}")) {
      int bits = Integer.parseInt(number);
      if (bits <= most) {
        return bits;
      }
    }
    throw new IllegalArgumentException(
        "'%s' has the prefix '%s'; it must be a number from 0 to %d".formatted(text, number, most));
  }

  /**
   * Returns whether an address is in this block.
   *
   * @param address the address
   * @return false for an address of the other version of IP
   */
  public boolean contains(IpAddress address) {
    return value.contains(address.value);
  }

  /**
   * Returns whether all addresses of another block are in this block.
   *
   * @param other the other block
   * @return true also for the same block; false for a block of the other version of IP
   */
  public boolean contains(CidrBlock other) {
    return value.contains(other.value);
  }

  /**
   * Returns the number of bits that all addresses of this block begin with.
   *
   * @return 0 to 32, or to 128
   */
  public int prefixLength() {
    return value.getNetworkPrefixLength();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof CidrBlock other && value.equals(other.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  /** Returns the canonical text: {@code 192.0.2.0/24}, {@code 2001:db8::/64}. */
  @Override
  public String toString() {
    return value.getLower().withoutPrefixLength().toCanonicalString() + "/" + prefixLength();
  }
}
