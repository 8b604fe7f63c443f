/** Creates the store, the limiters and their observers. */
@NullMarked
package io.github.ratelimiter.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
