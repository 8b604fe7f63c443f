/** Limits on HTTP requests: identity, headers and refusals, for every container. */
@NullMarked
package io.github.ratelimiter.http;

import org.jspecify.annotations.NullMarked;
