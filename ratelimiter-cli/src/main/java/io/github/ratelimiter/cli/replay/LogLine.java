package io.github.ratelimiter.cli.replay;

/*
 * The formats, where ... is anything:
 *
 *   common    ip ident user [time] "method path protocol" status bytes
 *   combined  ip ident user [time] "method path protocol" status bytes "referer" "agent" ...
 *
 * A line with an ip and a time is usable; any other field may be missing, cut short or garbage, and
 * is then "-". A quoted field ends at a quote that no backslash escapes and that a space or the end
 * follows; fields stay as they were logged, escapes and all.
 *
 * A user is written by the client and may hold spaces, brackets and even a time. Servers escape the
 * quotes in it: the time is the last one before the quote that begins the request.
 */
/** One line of an access log; the accessors tell of the last one read. No copies are made. */
final class LogLine {
  private static final String METHOD_SIGNS = "!#$%&'*+-.^_`|~";

  private final LogTime time = new LogTime();
  private final int[] from = new int[Field.values().length];
  private final int[] to = new int[Field.values().length];
  private byte[] bytes = {};
  private int end;
  private long micros;
  private String problem = "";

  /**
   * Reads a line, without what ends it.
   *
   * @return whether it is usable
   */
  boolean read(byte[] bytes, int begin, int end) {
    this.bytes = bytes;
    this.end = end;
    problem = "";
    for (Field field : Field.values()) {
      set(field, begin, begin);
    }
    int ipEnd = find(' ', begin, end);
    if (ipEnd == begin || !isAddress(begin, ipEnd)) {
      problem = "it does not begin with an address";
      return false;
    }
    int bracket = timeAfter(ipEnd);
    if (!problem.isEmpty()) {
      return false;
    }
    set(Field.IP, begin, ipEnd);
    readUser(Math.min(ipEnd + 1, end), bracket);
    readQuoted(bracket + LogTime.LENGTH + 2);
    return true;
  }

  /** The time, in microseconds since the Unix epoch. */
  long micros() {
    return micros;
  }

  /** Why the line is not usable; empty if it is. */
  String problem() {
    return problem;
  }

  /** Copies a field to {@code target}, a missing one as {@code -}; returns where the copy ends. */
  int copy(Field field, byte[] target, int at) {
    int length = to[field.ordinal()] - from[field.ordinal()];
    if (length == 0) {
      target[at] = '-';
      return at + 1;
    }
    System.arraycopy(bytes, from[field.ordinal()], target, at, length);
    return at + length;
  }

  private void set(Field field, int begin, int end) {
    from[field.ordinal()] = begin;
    to[field.ordinal()] = end;
  }

  /** Where the bracket before the time is; notes a problem if there is none. */
  private int timeAfter(int begin) {
    int found = -1;
    int last = end;
    for (int at = find('[', begin, last); at < last; at = find('[', at + 1, last)) {
      int close = at + 1 + LogTime.LENGTH;
      if (bytes[at - 1] == ' ' && close < end && bytes[close] == ']') {
        if (time.read(bytes, at + 1, close)) {
          micros = time.micros();
          last = found < 0 ? quoteAfter(close) : last;
          found = at;
        } else if (problem.isEmpty()) {
          problem = time.problem();
        }
      }
    }
    if (found >= 0) {
      problem = "";
    } else if (problem.isEmpty()) {
      problem = "it has no [dd/MMM/yyyy:HH:mm:ss +hhmm]";
    }
    return found;
  }

  private int quoteAfter(int begin) {
    for (int at = begin; at < end; at++) {
      if (bytes[at] == '\\') {
        at++;
      } else if (bytes[at] == '"') {
        return at;
      }
    }
    return end;
  }

  private void readUser(int begin, int bracket) {
    int user = find(' ', begin, bracket) + 1;
    int userEnd = bracket - 1;
    boolean empty = userEnd - user == 2 && bytes[user] == '"' && bytes[user + 1] == '"';
    if (user < userEnd && !empty) {
      set(Field.USER, user, userEnd);
    }
  }

  private void readQuoted(int begin) {
    int request = begin;
    while (request < end && bytes[request] == ' ') {
      request++;
    }
    if (request == end || bytes[request] != '"') {
      return;
    }
    int requestEnd = closing(request);
    readPath(request + 1, requestEnd);
    int referer = find('"', Math.min(requestEnd + 1, end), end);
    int agent = find('"', Math.min(closing(referer) + 1, end), end);
    if (agent < end) {
      set(Field.AGENT, agent + 1, closing(agent));
    }
  }

  /** Where the quoted field ends that begins with the quote at {@code quote}. */
  private int closing(int quote) {
    for (int at = quote + 1; at < end; at++) {
      if (bytes[at] == '\\') {
        at++;
      } else if (bytes[at] == '"' && (at + 1 == end || bytes[at + 1] == ' ')) {
        return at;
      }
    }
    return end;
  }

  /** The path of {@code method path protocol}, where HTTP/0.9 has no protocol. */
  private void readPath(int begin, int end) {
    int path = find(' ', begin, end);
    if (!isMethod(begin, path)) {
      return;
    }
    int last = end;
    while (last > path && bytes[last - 1] != ' ') {
      last--;
    }
    int pathEnd = isProtocol(last, end) ? last : end;
    while (path < pathEnd && bytes[path] == ' ') {
      path++;
    }
    while (path < pathEnd && bytes[pathEnd - 1] == ' ') {
      pathEnd--;
    }
    set(Field.PATH, path, pathEnd);
  }

  private boolean isAddress(int begin, int end) {
    for (int at = begin; at < end; at++) {
      if (bytes[at] <= ' ' || bytes[at] == 0x7f) {
        return false;
      }
    }
    return true;
  }

  private boolean isMethod(int begin, int end) {
    for (int at = begin; at < end; at++) {
      int letter = bytes[at] | 0x20;
      boolean digit = bytes[at] >= '0' && bytes[at] <= '9';
      if (!digit && (letter < 'a' || letter > 'z') && METHOD_SIGNS.indexOf(bytes[at]) < 0) {
        return false;
      }
    }
    return begin < end;
  }

  private boolean isProtocol(int begin, int end) {
    return end - begin >= 5
        && bytes[begin] == 'H'
        && bytes[begin + 1] == 'T'
        && bytes[begin + 2] == 'T'
        && bytes[begin + 3] == 'P'
        && bytes[begin + 4] == '/';
  }

  /** Where a byte is, {@code end} if nowhere. */
  private int find(char wanted, int begin, int end) {
    byte[] bytes = this.bytes;
    for (int at = begin; at < end; at++) {
      if (bytes[at] == wanted) {
        return at;
      }
    }
    return end;
  }
}
