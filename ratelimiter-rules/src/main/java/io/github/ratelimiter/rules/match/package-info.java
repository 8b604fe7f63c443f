/** Conditions on requests, and an index that finds the rules with conditions that hold. */
@NullMarked
package io.github.ratelimiter.rules.match;

import org.jspecify.annotations.NullMarked;
