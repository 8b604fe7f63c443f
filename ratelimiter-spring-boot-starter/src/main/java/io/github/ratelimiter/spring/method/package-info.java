/** Limits the calls of annotated methods. */
@NullMarked
package io.github.ratelimiter.spring.method;

import org.jspecify.annotations.NullMarked;
