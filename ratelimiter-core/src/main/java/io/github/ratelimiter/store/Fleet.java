package io.github.ratelimiter.store;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The instances of an application that share a store. Immutable.
 *
 * @param self the name of this instance
 * @param instances the names of all instances, this one among them
 */
public record Fleet(String self, List<String> instances) {
  /**
   * Checks the arguments.
   *
   * @param self the name of this instance
   * @param instances the names of all instances, this one among them
   * @throws IllegalArgumentException if {@code self} is not among them, or one is there twice
   */
  public Fleet {
    Objects.requireNonNull(self, "self");
    instances = instances.stream().sorted().toList();
    if (!instances.contains(self)) {
      throw new IllegalArgumentException("instance " + self + " is not among " + instances);
    }
    if (instances.stream().distinct().count() < instances.size()) {
      throw new IllegalArgumentException("instances are " + instances + "; a name is there twice");
    }
  }

  /**
   * A fleet of numbered instances.
   *
   * @param index which of them this is, from 0
   * @param count how many there are
   * @return the fleet
   * @throws IllegalArgumentException if the index is not below the count
   */
  public static Fleet of(int index, int count) {
    if (index < 0 || index >= count) {
      throw new IllegalArgumentException(
          "instance is " + index + " of " + count + "; it must be from 0 to one below the count");
    }
    return new Fleet(
        Integer.toString(index), IntStream.range(0, count).mapToObj(Integer::toString).toList());
  }
}
