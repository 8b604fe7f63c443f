/** The command line: tries rate limits on the traffic of an access log. */
@NullMarked
package io.github.ratelimiter.cli;

import org.jspecify.annotations.NullMarked;
