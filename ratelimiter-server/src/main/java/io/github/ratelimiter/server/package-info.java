/** The reference service: decides on rate limits for programs in any language. */
@NullMarked
package io.github.ratelimiter.server;

import org.jspecify.annotations.NullMarked;
