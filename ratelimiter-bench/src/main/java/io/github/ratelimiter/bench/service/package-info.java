/** Measures the reference service beside a handler that decides nothing. */
@NullMarked
package io.github.ratelimiter.bench.service;

import org.jspecify.annotations.NullMarked;
