/** Who may call what: tokens, what they allow, and the limits of administrators. */
@NullMarked
package io.github.ratelimiter.server.security;

import org.jspecify.annotations.NullMarked;
