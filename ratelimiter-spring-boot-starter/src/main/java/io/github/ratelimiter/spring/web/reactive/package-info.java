/** Limits the requests of WebFlux applications. */
@NullMarked
package io.github.ratelimiter.spring.web.reactive;

import org.jspecify.annotations.NullMarked;
