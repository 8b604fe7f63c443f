/** Explains why an application does not start. */
@NullMarked
package io.github.ratelimiter.spring.failure;

import org.jspecify.annotations.NullMarked;
