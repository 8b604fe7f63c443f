/** Access to the package of the in-process store, for the simulation only. */
@NullMarked
package io.github.ratelimiter.local;

import org.jspecify.annotations.NullMarked;
