/** Rate limits in Spring applications: what an application uses. */
@NullMarked
package io.github.ratelimiter.spring;

import org.jspecify.annotations.NullMarked;
