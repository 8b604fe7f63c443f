/** A cache that decides frequent keys in the process, on permits leased from the store. */
@NullMarked
package io.github.ratelimiter.cache;

import org.jspecify.annotations.NullMarked;
