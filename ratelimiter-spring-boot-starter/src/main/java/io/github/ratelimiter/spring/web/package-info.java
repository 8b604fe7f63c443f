/** Creates the limiter of HTTP requests from properties. */
@NullMarked
package io.github.ratelimiter.spring.web;

import org.jspecify.annotations.NullMarked;
