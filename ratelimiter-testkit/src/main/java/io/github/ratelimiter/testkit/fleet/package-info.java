/** Fleets on virtual time, for this project's own tests: no part of what the module exports. */
@NullMarked
package io.github.ratelimiter.testkit.fleet;

import org.jspecify.annotations.NullMarked;
