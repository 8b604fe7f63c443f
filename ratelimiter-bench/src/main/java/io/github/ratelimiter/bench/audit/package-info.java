/** Logs the permits that limiters grant, and checks them against the limits. */
@NullMarked
package io.github.ratelimiter.bench.audit;

import org.jspecify.annotations.NullMarked;
