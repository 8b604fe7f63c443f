/** A clock that moves only when told to, and the contract tests every store must pass. */
@NullMarked
package io.github.ratelimiter.testkit;

import org.jspecify.annotations.NullMarked;
