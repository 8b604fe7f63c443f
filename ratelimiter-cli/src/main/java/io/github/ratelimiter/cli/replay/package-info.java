/** Runs access logs through policies and shows who would have been limited. */
@NullMarked
package io.github.ratelimiter.cli.replay;

import org.jspecify.annotations.NullMarked;
