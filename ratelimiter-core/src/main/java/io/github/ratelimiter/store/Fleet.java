package io.github.ratelimiter.store;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The instances of an application that share a store. Immutable.
 *
 * @param self the name of this instance
 * @param instances the names of all instances, including this one
 */
public record Fleet(String self, List<String> instances) {
  /**
   * Throws {@link IllegalArgumentException} if {@code self} is not among the instances, or a name
   * occurs twice.
   */
  public Fleet {
    Objects.requireNonNull(self, "self");
    instances = instances.stream().sorted().toList();
    if (!instances.contains(self)) {
      throw new IllegalArgumentException("instance " + self + " is not among " + instances);
    }
    if (instances.stream().distinct().count() < instances.size()) {
      throw new IllegalArgumentException("instances are " + instances + "; names must be unique");
    }
  }

  /**
   * Returns a fleet of numbered instances.
   *
   * @param index the number of this instance, from 0
   * @param count the number of instances
   * @return the fleet
   * @throws IllegalArgumentException if the index is not below the count
   */
  public static Fleet of(int index, int count) {
    if (index < 0 || index >= count) {
      throw new IllegalArgumentException(
          "instance is "
              + index
              + " of "
              + count
              + "; it must be at least 0 and less than the count");
    }
    return new Fleet(
        Integer.toString(index), IntStream.range(0, count).mapToObj(Integer::toString).toList());
  }
}
