/** Addresses of clients: one canonical form, networks by prefix, sets of CIDR blocks. */
@NullMarked
package io.github.ratelimiter.net;

import org.jspecify.annotations.NullMarked;
