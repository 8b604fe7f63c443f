package io.github.ratelimiter;

import java.util.ArrayList;
import java.util.List;

/** Parses the text form of limits; see {@link PolicyText}. */
final class PolicyParser {
  private PolicyParser() {}

  static List<Limit> parse(String text) {
    PolicyScanner in = new PolicyScanner(text);
    List<Limit> limits = new ArrayList<>();
    do {
      limits.add(new LimitParser(in).parse());
    } while (in.accept(';'));
    if (!in.isAtEnd()) {
      throw in.expected(in.position(), "';' and another limit, or the end");
    }
    return limits;
  }
}
