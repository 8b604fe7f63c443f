/** Administration over HTTP. */
@NullMarked
package io.github.ratelimiter.server.rest.admin;

import org.jspecify.annotations.NullMarked;
