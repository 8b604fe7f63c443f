/** Rules in files of YAML or JSON: reading, writing and watching them. */
@NullMarked
package io.github.ratelimiter.rules.file;

import org.jspecify.annotations.NullMarked;
