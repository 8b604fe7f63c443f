package io.github.ratelimiter.local;

/** Keeps the exported package from being empty; goes when the first type arrives. */
final class Placeholder {
  private Placeholder() {}
}
