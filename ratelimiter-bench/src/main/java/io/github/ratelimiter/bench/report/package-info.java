/** Code shared by the reports of the commands. */
@NullMarked
package io.github.ratelimiter.bench.report;

import org.jspecify.annotations.NullMarked;
