/** A servlet filter that limits requests. */
@NullMarked
package io.github.ratelimiter.servlet;

import org.jspecify.annotations.NullMarked;
