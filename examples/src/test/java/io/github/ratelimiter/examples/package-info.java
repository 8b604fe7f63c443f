/** The code of the documentation: one recipe a question, run as tests. */
@NullMarked
package io.github.ratelimiter.examples;

import org.jspecify.annotations.NullMarked;
