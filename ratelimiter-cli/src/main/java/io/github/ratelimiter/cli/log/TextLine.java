package io.github.ratelimiter.cli.log;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/*
 * The formats, where ... is anything:
 *
 *   common    ip ident user [time] "method path protocol" status bytes
 *   combined  ip ident user [time] "method path protocol" status bytes "referer" "agent" ...
 *   S3        owner bucket [time] ip requester ... "method path protocol" ... "referer" "agent" ...
 *
 * The client is the first address before the time. A virtual host may precede it, and a list of
 * addresses may follow it. If there is no address before the time, the client is the address
 * directly after it, as in S3, or the host name at the beginning of the line. Any other field may
 * be missing, truncated or invalid.
 *
 * The user name comes from the client and may contain spaces, brackets and even a time. Servers
 * escape quotes in it. So the time of the request is the last time before the quote that opens the
 * request.
 */
/** Parses a line of a web server that contains an address and a time. */
final class TextLine {
  private static final String ISO_TIME = "\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d";
  private static final Pattern BRACKETED_TIME =
      Pattern.compile(
          "\\[(\\d\\d/[^/ ]{3}/\\d{4}:[^\\]\\[]{8,30}|"
              + ISO_TIME
              + "[^\\]\\[]{0,20}|\\d{9,19}(?:\\.\\d{1,9})?)]");
  private static final Pattern BARE_TIME =
      Pattern.compile(" (" + ISO_TIME + "[^\\s\"]{0,20}|\\d{10}\\.\\d{3,9})(?=[ \"]|$)");
  private static final Pattern HOST_NAME =
      Pattern.compile("(\\w(?:[\\w.-]*\\w)?) - [^ ].*", Pattern.DOTALL);

  private final LogTime times;
  private final Matcher bracketedTime = BRACKETED_TIME.matcher("");

  TextLine(LogTime times) {
    this.times = times;
  }

  Line read(String line) {
    int firstQuote = line.length();
    int timeBegin = -1;
    int timeEnd = -1;
    long micros = 0;
    boolean foundInvalidTime = false;
    for (int at = line.indexOf('['); at >= 0 && at < firstQuote; at = line.indexOf('[', at + 1)) {
      boolean beginsWord = at == 0 || line.charAt(at - 1) == ' ';
      int end = beginsWord ? endOfBracketedTime(line, at) : -1;
      if (end >= 0) {
        OptionalLong parsed = times.micros(line.substring(at + 1, end - 1));
        foundInvalidTime |= parsed.isEmpty();
        if (parsed.isPresent()) {
          if (timeBegin < 0) {
            firstQuote = QuotedFields.nextQuote(line, end);
          }
          timeBegin = at;
          timeEnd = end;
          micros = parsed.getAsLong();
        }
      }
    }
    if (timeBegin >= 0) {
      return readClient(line, timeBegin, timeEnd, micros);
    }
    return foundInvalidTime ? new Line.Unusable(LogTime.PROBLEM) : readWithBareTime(line);
  }

  /** Returns the index after the bracket that closes a time; -1 if there is no time. */
  private int endOfBracketedTime(String line, int bracket) {
    int end = times.endIfInLastMinute(line, bracket + 1);
    if (end >= 0 && end < line.length() && line.charAt(end) == ']') {
      return end + 1;
    }
    bracketedTime.reset(line).region(bracket, line.length());
    return bracketedTime.lookingAt() ? bracketedTime.end() : -1;
  }

  private Line readWithBareTime(String line) {
    int quote = line.indexOf('"');
    Matcher time = BARE_TIME.matcher(line).region(0, quote < 0 ? line.length() : quote + 1);
    if (!time.find()) {
      return new Line.Unusable("it has no time such as [17/May/2015:10:05:03 +0000]");
    }
    OptionalLong micros = times.micros(time.group(1));
    return micros.isPresent()
        ? readClient(line, time.start(1), time.end(), micros.getAsLong())
        : new Line.Unusable(LogTime.PROBLEM);
  }

  private static Line readClient(String line, int timeBegin, int timeEnd, long micros) {
    String head = line.substring(0, timeBegin);
    Address client = client(head);
    if (client != null) {
      return readRequest(line, timeEnd, micros, client.text(), user(head, client.end()));
    }
    Address afterTime = timeEnd < line.length() ? Address.at(line, timeEnd + 1) : null;
    if (afterTime != null) {
      String user = requester(line.substring(afterTime.end()));
      return readRequest(line, timeEnd, micros, afterTime.text(), user);
    }
    Matcher host = HOST_NAME.matcher(head);
    return host.matches()
        ? readRequest(line, timeEnd, micros, host.group(1), user(head, host.end(1)))
        : new Line.Unusable(Address.PROBLEM);
  }

  /** Returns the S3 requester: the first word after the client. */
  private static String requester(String afterClient) {
    String[] words = afterClient.split(" ", 3);
    boolean isMissing = words.length < 2 || words[1].isEmpty() || words[1].startsWith("\"");
    return isMissing ? Line.MISSING : words[1];
  }

  private static Line readRequest(String line, int from, long micros, String client, String user) {
    QuotedFields quoted = new QuotedFields(line, from);
    RequestLine request = RequestLine.of(quoted.next());
    int status = Status.after(line, quoted.end());
    // The second quoted field is the referer.
    quoted.next();
    return new Line.Request(
        micros, client, request.method(), request.path(), quoted.next(), user, status);
  }

  /** Returns the first address, or the second if the first has a port and may be a virtual host. */
  private static @Nullable Address client(String head) {
    Address first = Address.firstIn(head);
    if (first != null && first.hasPort() && first.end() < head.length()) {
      Address second = head.charAt(first.end()) == ' ' ? Address.at(head, first.end() + 1) : null;
      return second != null ? second : first;
    }
    return first;
  }

  /** Returns the user. It follows the client, more addresses, and the ident. */
  private static String user(String head, int clientEnd) {
    int at = clientEnd;
    while (at < head.length() && ",\" ".indexOf(head.charAt(at)) >= 0) {
      Address nextAddress = Address.at(head, at + 1);
      boolean isList = head.charAt(at) == ',';
      if (nextAddress == null && !isList && head.charAt(at) != '"') {
        break;
      }
      at = nextAddress != null ? nextAddress.end() : at + 1;
    }
    int user = head.indexOf(' ', Math.min(at + 1, head.length())) + 1;
    if (user == 0 || user >= head.length() - 1) {
      return Line.MISSING;
    }
    String text = head.substring(user, head.length() - 1);
    return text.equals("\"\"") ? Line.MISSING : text;
  }
}
