/** Limits kept in the memory of one process. */
@NullMarked
package io.github.ratelimiter.local;

import org.jspecify.annotations.NullMarked;
