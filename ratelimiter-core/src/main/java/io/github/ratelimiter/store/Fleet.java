package io.github.ratelimiter.store;

import java.util.List;
import java.util.Objects;

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
}
