/** Measures the starter of Spring Boot and its peers. */
@NullMarked
package io.github.ratelimiter.bench.spring;

import org.jspecify.annotations.NullMarked;
