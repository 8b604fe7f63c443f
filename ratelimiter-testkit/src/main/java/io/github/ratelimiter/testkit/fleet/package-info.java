/** Fleets on virtual time, for the tests of this project. The module does not export them. */
@NullMarked
package io.github.ratelimiter.testkit.fleet;

import org.jspecify.annotations.NullMarked;
