/** A clock that only a test advances, and the tests that every store must pass. */
@NullMarked
package io.github.ratelimiter.testkit;

import org.jspecify.annotations.NullMarked;
