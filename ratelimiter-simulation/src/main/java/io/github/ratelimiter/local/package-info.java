/** A way into the in-process store's package, for the simulation alone. */
@NullMarked
package io.github.ratelimiter.local;

import org.jspecify.annotations.NullMarked;
