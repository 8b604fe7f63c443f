package io.github.ratelimiter.redis.script;

import java.util.List;

/** Reads the numbers of a reply, one after another. */
public final class ReplyReader {
  private final List<?> values;
  private int at;

  public ReplyReader(List<?> values) {
    this.values = values;
  }

  public boolean hasNext() {
    return at < values.size();
  }

  public long next() {
    return (Long) values.get(at++);
  }
}
