/**
 * A fleet of limiters, the network, the server and every fault of them, in one thread on virtual
 * time: the same seed gives the same run. What must hold is in {@code docs/guarantees.md}.
 */
@NullMarked
package io.github.ratelimiter.simulation;

import org.jspecify.annotations.NullMarked;
