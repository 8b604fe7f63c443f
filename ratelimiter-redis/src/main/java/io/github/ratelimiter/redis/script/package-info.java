/** The scripts on the server, their requests and their replies. */
@NullMarked
package io.github.ratelimiter.redis.script;

import org.jspecify.annotations.NullMarked;
