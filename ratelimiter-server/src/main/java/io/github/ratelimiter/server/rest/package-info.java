/** The service over HTTP. */
@NullMarked
package io.github.ratelimiter.server.rest;

import org.jspecify.annotations.NullMarked;
