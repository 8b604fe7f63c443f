/** Checks rule files, and previews what a change of rules would do to the traffic of a log. */
@NullMarked
package io.github.ratelimiter.cli.rules;

import org.jspecify.annotations.NullMarked;
