/** The service over gRPC: its own calls, and Envoy's rate limit protocol. */
@NullMarked
package io.github.ratelimiter.server.grpc;

import org.jspecify.annotations.NullMarked;
