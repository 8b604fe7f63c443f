/** A Spring Boot application with limits. */
@NullMarked
package io.github.ratelimiter.examples.spring;

import org.jspecify.annotations.NullMarked;
