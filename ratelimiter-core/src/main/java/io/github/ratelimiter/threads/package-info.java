/** The threads that this library owns. For its own modules; nothing here is for applications. */
@NullMarked
package io.github.ratelimiter.threads;

import org.jspecify.annotations.NullMarked;
