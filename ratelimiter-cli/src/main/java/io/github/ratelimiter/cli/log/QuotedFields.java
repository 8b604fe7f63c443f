package io.github.ratelimiter.cli.log;

/** Reads the quoted fields of a line in order. Escapes in a field are kept. */
final class QuotedFields {
  private final String line;
  private int position;

  QuotedFields(String line, int from) {
    this.line = line;
    this.position = from;
  }

  /** Returns the next field; {@link Line#MISSING} if there is none or it is empty. */
  String next() {
    int quote = line.indexOf('"', position);
    if (quote < 0) {
      return Line.MISSING;
    }
    int end = closingQuote(quote + 1);
    position = Math.min(end + 1, line.length());
    return quote + 1 == end ? Line.MISSING : line.substring(quote + 1, end);
  }

  /** Returns the index after the last field. */
  int end() {
    return position;
  }

  /** Returns the index of the next unescaped quote before a space or the end of the line. */
  private int closingQuote(int from) {
    for (int quote = nextQuote(line, from);
        quote < line.length();
        quote = nextQuote(line, quote + 1)) {
      if (quote + 1 == line.length() || line.charAt(quote + 1) == ' ') {
        return quote;
      }
    }
    return line.length();
  }

  /** Returns the index of the next unescaped quote; the length of the line if there is none. */
  static int nextQuote(String line, int from) {
    int quote = line.indexOf('"', from);
    while (quote >= 0) {
      int backslashes = 0;
      while (quote - backslashes > from && line.charAt(quote - backslashes - 1) == '\\') {
        backslashes++;
      }
      if (backslashes % 2 == 0) {
        return quote;
      }
      quote = line.indexOf('"', quote + 1);
    }
    return line.length();
  }
}
