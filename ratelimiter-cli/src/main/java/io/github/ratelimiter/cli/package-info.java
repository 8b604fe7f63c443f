/** The command-line program, which tries rate limits on an access log. */
@NullMarked
package io.github.ratelimiter.cli;

import org.jspecify.annotations.NullMarked;
