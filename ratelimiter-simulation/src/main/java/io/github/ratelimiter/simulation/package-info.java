/**
 * A fleet of limiters, the network and the server, with all their faults, in one thread on virtual
 * time. The same seed gives the same run. {@code docs/guarantees.md} defines what must hold.
 */
@NullMarked
package io.github.ratelimiter.simulation;

import org.jspecify.annotations.NullMarked;
