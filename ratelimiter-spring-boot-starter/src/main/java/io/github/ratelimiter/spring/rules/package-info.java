/** Rules of a file or of the application. Its classes are loaded only if the module is there. */
@NullMarked
package io.github.ratelimiter.spring.rules;

import org.jspecify.annotations.NullMarked;
