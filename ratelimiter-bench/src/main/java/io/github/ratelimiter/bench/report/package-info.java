/** What the reports of the commands share. */
@NullMarked
package io.github.ratelimiter.bench.report;

import org.jspecify.annotations.NullMarked;
