/** Settings: flags, environment variables and a file. */
@NullMarked
package io.github.ratelimiter.server.config;

import org.jspecify.annotations.NullMarked;
