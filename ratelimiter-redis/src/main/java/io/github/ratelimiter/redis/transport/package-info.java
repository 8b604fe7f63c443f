/** Connections to the servers, checks of a server, and calls to it. */
@NullMarked
package io.github.ratelimiter.redis.transport;

import org.jspecify.annotations.NullMarked;
