/** Tests of rules in PostgreSQL, on one real server. */
package io.github.ratelimiter.rules.postgresql;
