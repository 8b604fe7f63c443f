/** Where the usage of keys is kept. */
@NullMarked
package io.github.ratelimiter.server.state;

import org.jspecify.annotations.NullMarked;
