/** Observers for operators: a log of decisions, and the keys that are limited most. */
@CheckReturnValue
@NullMarked
package io.github.ratelimiter.observe;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
