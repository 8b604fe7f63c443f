/** The page for administrators. */
@NullMarked
package io.github.ratelimiter.server.rest.page;

import org.jspecify.annotations.NullMarked;
