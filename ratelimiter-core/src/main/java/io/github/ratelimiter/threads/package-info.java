/** The threads that this library owns. For its own modules, not for applications. */
@NullMarked
package io.github.ratelimiter.threads;

import org.jspecify.annotations.NullMarked;
