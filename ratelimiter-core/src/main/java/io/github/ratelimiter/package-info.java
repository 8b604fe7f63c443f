/** Rate limiting: how many permits a caller may take, and how fast they come back. */
@NullMarked
package io.github.ratelimiter;

import org.jspecify.annotations.NullMarked;
