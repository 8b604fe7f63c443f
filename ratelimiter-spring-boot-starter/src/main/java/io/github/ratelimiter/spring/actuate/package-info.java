/** An actuator endpoint and a health indicator. */
@NullMarked
package io.github.ratelimiter.spring.actuate;

import org.jspecify.annotations.NullMarked;
