package io.github.ratelimiter.rules;

import io.github.ratelimiter.Policy;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How many new keys the clients of a network may use. A request with a new key counts against the
 * network of its address. Beyond the bound, requests with new keys are refused, and those with
 * known keys are not. A key is new if the store has no usage of it, and this process has not seen
 * it in the last hour. Immutable.
 *
 * <p>The keys of a rule count if they have a part other than {@code global}, {@code endpoint},
 * {@code method} and {@code tier}.
 *
 * @param limits how many new keys each network may use; empty for any number
 * @param ipv4Bits the length of the prefix of an IPv4 network, 0 to 32
 * @param ipv6Bits the length of the prefix of an IPv6 network, 0 to 128
 * @param memoryPercent new keys of all networks are refused while more than this percentage of the
 *     store's memory is in use, 1 to 99; empty for never. The store must be a {@link
 *     io.github.ratelimiter.store.MemoryStore}
 */
public record NewKeyBound(
    Optional<Policy> limits, int ipv4Bits, int ipv6Bits, OptionalInt memoryPercent) {
  /** The name of the policy of the limits, which no rule may have as its ID. */
  public static final String POLICY = "new-keys";

  /** The default of {@link #ipv4Bits}: each address is a network. */
  public static final int IPV4_BITS = 32;

  /** The default of {@link #ipv6Bits}: the network of a customer. */
  public static final int IPV6_BITS = 64;

  /** Throws {@link IllegalArgumentException} if a value is out of range. */
  public NewKeyBound {
    limits.ifPresent(policy -> require(policy.name().equals(POLICY), named(policy)));
    require(
        limits.isPresent() || memoryPercent.isPresent(),
        "new keys are bounded by nothing; give limits or a percentage of the memory");
    require(ipv4Bits >= 0 && ipv4Bits <= 32, "ipv4Bits is " + ipv4Bits + "; it must be 0 to 32");
    require(ipv6Bits >= 0 && ipv6Bits <= 128, "ipv6Bits is " + ipv6Bits + "; it must be 0 to 128");
    int percent = memoryPercent.orElse(1);
    require(percent >= 1 && percent <= 99, "memoryPercent is " + percent + "; it must be 1 to 99");
  }

  private static String named(Policy policy) {
    return "the limits are a policy named '%s'; name it '%s'".formatted(policy.name(), POLICY);
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }

  /**
   * Returns a bound for each IPv4 address and each /64 network of IPv6.
   *
   * @param limits how many new keys, for example {@code 100/min}
   * @return a bound
   * @throws io.github.ratelimiter.PolicySyntaxException if the limits cannot be parsed
   */
  public static NewKeyBound of(String limits) {
    return new NewKeyBound(
        Optional.of(Policy.parse(POLICY, limits)), IPV4_BITS, IPV6_BITS, OptionalInt.empty());
  }

  /**
   * Returns this bound for other networks.
   *
   * @param ipv4Bits the length of the prefix of an IPv4 network, 0 to 32
   * @param ipv6Bits the length of the prefix of an IPv6 network, 0 to 128
   * @return a bound
   */
  public NewKeyBound networks(int ipv4Bits, int ipv6Bits) {
    return new NewKeyBound(limits, ipv4Bits, ipv6Bits, memoryPercent);
  }

  /**
   * Returns this bound with a bound of the memory.
   *
   * @param percent new keys are refused while more of the memory is in use, 1 to 99
   * @return a bound
   */
  public NewKeyBound refuseAboveMemory(int percent) {
    return new NewKeyBound(limits, ipv4Bits, ipv6Bits, OptionalInt.of(percent));
  }
}
