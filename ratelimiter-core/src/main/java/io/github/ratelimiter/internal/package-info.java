/**
 * Code that the modules of the library share: checks of arguments, listeners, and the usage of a
 * limit. Not for applications.
 */
@NullMarked
package io.github.ratelimiter.internal;

import org.jspecify.annotations.NullMarked;
