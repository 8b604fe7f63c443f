/** Joins limiters with Reactor. Its classes are loaded only if Reactor is there. */
@NullMarked
package io.github.ratelimiter.spring.reactor;

import org.jspecify.annotations.NullMarked;
