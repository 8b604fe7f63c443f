/** Statistics of checks: how many were allowed and rejected, whose, and where. */
@NullMarked
package io.github.ratelimiter.server.stats;

import org.jspecify.annotations.NullMarked;
