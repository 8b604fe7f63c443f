/** What shows to people who is limited: a log of decisions, the keys that are limited most. */
@CheckReturnValue
@NullMarked
package io.github.ratelimiter.observe;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
