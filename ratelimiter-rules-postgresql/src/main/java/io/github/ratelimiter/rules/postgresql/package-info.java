/** Rules in PostgreSQL: reading, changing and watching them. */
@NullMarked
package io.github.ratelimiter.rules.postgresql;

import org.jspecify.annotations.NullMarked;
