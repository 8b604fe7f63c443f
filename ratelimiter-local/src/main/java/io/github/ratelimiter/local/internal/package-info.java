/** Data structures that the modules of this library share. Not part of the API. */
@NullMarked
package io.github.ratelimiter.local.internal;

import org.jspecify.annotations.NullMarked;
