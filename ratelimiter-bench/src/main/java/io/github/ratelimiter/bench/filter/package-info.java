/** What a filter costs a request of a servlet application, beside what others write by hand. */
@NullMarked
package io.github.ratelimiter.bench.filter;

import org.jspecify.annotations.NullMarked;
