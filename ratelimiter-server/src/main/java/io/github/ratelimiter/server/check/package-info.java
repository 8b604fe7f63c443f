/** What the service decides, whatever protocol asked for it. */
@NullMarked
package io.github.ratelimiter.server.check;

import org.jspecify.annotations.NullMarked;
