/**
 * The calls of the service under the paths and names of other services, so that programs that were
 * written for those need no change.
 */
@NullMarked
package io.github.ratelimiter.server.rest.compat;

import org.jspecify.annotations.NullMarked;
