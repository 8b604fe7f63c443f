/** Tests of rules in files. */
package io.github.ratelimiter.rules.file;
