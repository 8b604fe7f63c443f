/** Rules: which requests are limited, by which key, and how much. */
@NullMarked
package io.github.ratelimiter.rules;

import org.jspecify.annotations.NullMarked;
