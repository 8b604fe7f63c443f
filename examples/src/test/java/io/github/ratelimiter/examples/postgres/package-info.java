/** A store in PostgreSQL, as an example for authors of stores. */
@NullMarked
package io.github.ratelimiter.examples.postgres;

import org.jspecify.annotations.NullMarked;
