/** Reads access logs in many formats. */
@NullMarked
package io.github.ratelimiter.cli.log;

import org.jspecify.annotations.NullMarked;
