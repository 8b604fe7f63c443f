/** What happens now: live counts of rules, and the keys that are refused most. */
@NullMarked
package io.github.ratelimiter.server.traffic;

import org.jspecify.annotations.NullMarked;
