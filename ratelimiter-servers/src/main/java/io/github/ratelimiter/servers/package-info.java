/** Redis servers, clusters and Sentinels as processes of this machine, and ways to break them. */
@NullMarked
package io.github.ratelimiter.servers;

import org.jspecify.annotations.NullMarked;
