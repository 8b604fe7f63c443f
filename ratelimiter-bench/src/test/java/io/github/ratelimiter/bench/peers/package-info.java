/**
 * The code and the facts of the page {@code docs/coming-from.md} that are about other libraries.
 */
@NullMarked
package io.github.ratelimiter.bench.peers;

import org.jspecify.annotations.NullMarked;
