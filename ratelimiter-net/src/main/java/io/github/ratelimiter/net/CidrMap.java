package io.github.ratelimiter.net;

import inet.ipaddr.format.util.AssociativeAddressTrie.AssociativeTrieNode;
import inet.ipaddr.ipv4.IPv4Address;
import inet.ipaddr.ipv4.IPv4AddressAssociativeTrie;
import inet.ipaddr.ipv6.IPv6Address;
import inet.ipaddr.ipv6.IPv6AddressAssociativeTrie;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Blocks of addresses with a value for each. Immutable and thread-safe. A look-up takes a step for
 * each bit at most, however many blocks there are.
 *
 * @param <V> the type of the values
 */
public final class CidrMap<V> {
  private final IPv4AddressAssociativeTrie<V> ipv4 = new IPv4AddressAssociativeTrie<>();
  private final IPv6AddressAssociativeTrie<V> ipv6 = new IPv6AddressAssociativeTrie<>();

  private CidrMap(Map<CidrBlock, V> blocks) {
    blocks.forEach(this::put);
  }

  private void put(CidrBlock block, V value) {
    Objects.requireNonNull(value, "value");
    if (block.value instanceof IPv6Address address) {
      ipv6.put(address, value);
    } else {
      ipv4.put((IPv4Address) block.value, value);
    }
  }

  /**
   * Returns a map.
   *
   * @param <V> the type of the values
   * @param blocks the blocks, which may contain each other, and their values
   * @return the map
   */
  public static <V> CidrMap<V> of(Map<CidrBlock, V> blocks) {
    return new CidrMap<>(blocks);
  }

  /**
   * Returns a map of blocks to themselves: a set.
   *
   * @param blocks the blocks
   * @return the map
   */
  public static CidrMap<CidrBlock> of(Collection<CidrBlock> blocks) {
    return of(blocks.stream().distinct().collect(Collectors.toMap(Function.identity(), b -> b)));
  }

  /**
   * Returns the value of the smallest block that contains an address.
   *
   * @param address the address
   * @return empty if no block contains it
   */
  public Optional<V> find(IpAddress address) {
    AssociativeTrieNode<?, V> node = node(address);
    return node == null ? Optional.empty() : Optional.of(node.getValue());
  }

  /**
   * Returns the values of all blocks that contain an address.
   *
   * @param address the address
   * @return the values, that of the smallest block first; an empty list if no block contains it
   */
  public List<V> findAll(IpAddress address) {
    List<V> all = new ArrayList<>();
    for (AssociativeTrieNode<?, V> node = node(address); node != null; node = node.getParent()) {
      if (node.isAdded()) {
        all.add(node.getValue());
      }
    }
    return List.copyOf(all);
  }

  /**
   * Returns whether a block contains an address.
   *
   * @param address the address
   * @return whether {@link #find} returns a value
   */
  public boolean contains(IpAddress address) {
    return node(address) != null;
  }

  private @Nullable AssociativeTrieNode<?, V> node(IpAddress address) {
    return address.value instanceof IPv6Address value
        ? ipv6.longestPrefixMatchNode(value)
        : ipv4.longestPrefixMatchNode((IPv4Address) address.value);
  }

  /**
   * Returns whether there are no blocks.
   *
   * @return true if no address is found
   */
  public boolean isEmpty() {
    return ipv4.isEmpty() && ipv6.isEmpty();
  }

  @Override
  public String toString() {
    return ipv4.size() + " blocks of IPv4, " + ipv6.size() + " of IPv6";
  }
}
