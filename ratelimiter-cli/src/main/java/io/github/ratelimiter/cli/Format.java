package io.github.ratelimiter.cli;

/** How to print the outcome. */
public enum Format {
  /** Aligned, for people. */
  TABLE,

  /** For programs. */
  JSON
}
