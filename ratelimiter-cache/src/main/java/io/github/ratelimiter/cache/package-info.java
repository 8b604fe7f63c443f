/** Leases of permits that were paid for first, so that hot keys are decided without their store. */
@NullMarked
package io.github.ratelimiter.cache;

import org.jspecify.annotations.NullMarked;
