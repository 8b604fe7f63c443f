/** Limits the requests of servlet applications. */
@NullMarked
package io.github.ratelimiter.spring.web.servlet;

import org.jspecify.annotations.NullMarked;
