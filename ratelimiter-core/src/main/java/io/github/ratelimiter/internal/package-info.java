/** How much of a limit is used, for the library's own stores that are made of other stores. */
@NullMarked
package io.github.ratelimiter.internal;

import org.jspecify.annotations.NullMarked;
