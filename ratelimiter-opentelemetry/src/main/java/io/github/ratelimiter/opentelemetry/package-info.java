/** Traces of decisions, with OpenTelemetry. */
@NullMarked
package io.github.ratelimiter.opentelemetry;

import org.jspecify.annotations.NullMarked;
