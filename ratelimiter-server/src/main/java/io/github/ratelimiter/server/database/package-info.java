/** Rules in PostgreSQL, which several instances share. */
@NullMarked
package io.github.ratelimiter.server.database;

import org.jspecify.annotations.NullMarked;
