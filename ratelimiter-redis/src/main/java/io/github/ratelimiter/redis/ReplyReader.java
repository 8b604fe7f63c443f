package io.github.ratelimiter.redis;

import java.util.List;

/** Reads the numbers of a reply, one after another. */
final class ReplyReader {
  private final List<?> values;
  private int at;

  ReplyReader(List<?> values, int at) {
    this.values = values;
    this.at = at;
  }

  long next() {
    return (Long) values.get(at++);
  }
}
