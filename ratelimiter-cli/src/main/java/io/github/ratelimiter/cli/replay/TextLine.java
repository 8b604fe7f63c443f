package io.github.ratelimiter.cli.replay;

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
 * addresses may follow it. Without one, it is the address right after the time, as S3 writes it, or
 * the host name that the line begins with. Any other field may be missing, cut short or garbage.
 *
 * A user is written by the client and may hold spaces, brackets and even a time. Servers escape the
 * quotes in it: the time is the last one before the quote that begins the request.
 */
/** Reads a line of a web server that has an address and a time. */
final class TextLine {
  private static final String ISO_TIME = "\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d";
  private static final Pattern TIME =
      Pattern.compile(
          "\\[(\\d\\d/[^/ ]{3}/\\d{4}:[^\\]\\[]{8,30}|"
              + ISO_TIME
              + "[^\\]\\[]{0,20}|\\d{9,19}(?:\\.\\d{1,9})?)]");
  private static final Pattern BARE_TIME =
      Pattern.compile(" (" + ISO_TIME + "[^\\s\"]{0,20}|\\d{10}\\.\\d{3,9})(?=[ \"]|$)");
  private static final Pattern HOST_NAME =
      Pattern.compile("(\\w(?:[\\w.-]*\\w)?) - [^ ].*", Pattern.DOTALL);

  private final LogTime times;
  private final Matcher time = TIME.matcher("");

  TextLine(LogTime times) {
    this.times = times;
  }

  Line read(String line) {
    time.reset(line);
    int last = line.length();
    int begin = -1;
    int end = -1;
    long micros = 0;
    boolean wrong = false;
    for (int at = line.indexOf('['); at >= 0 && at < last; at = line.indexOf('[', at + 1)) {
      boolean word = at == 0 || line.charAt(at - 1) == ' ';
      if (word && time.region(at, line.length()).lookingAt()) {
        OptionalLong read = times.micros(time.group(1));
        wrong |= read.isEmpty();
        if (read.isPresent()) {
          last = begin < 0 ? Quoted.quote(line, time.end()) : last;
          begin = at;
          end = time.end();
          micros = read.getAsLong();
        }
      }
    }
    if (begin >= 0) {
      return request(line, begin, end, micros);
    }
    return wrong ? new Line.Unusable(LogTime.PROBLEM) : withBareTime(line);
  }

  private Line withBareTime(String line) {
    int quote = line.indexOf('"');
    Matcher time = BARE_TIME.matcher(line).region(0, quote < 0 ? line.length() : quote + 1);
    if (!time.find()) {
      return new Line.Unusable("it has no time as [17/May/2015:10:05:03 +0000]");
    }
    OptionalLong micros = times.micros(time.group(1));
    return micros.isPresent()
        ? request(line, time.start(1), time.end(), micros.getAsLong())
        : new Line.Unusable(LogTime.PROBLEM);
  }

  private static Line request(String line, int timeBegin, int timeEnd, long micros) {
    String head = line.substring(0, timeBegin);
    Address address = client(head);
    if (address != null) {
      return request(line, timeEnd, micros, address.text(), user(head, address.end()));
    }
    Address after = timeEnd < line.length() ? Address.at(line, timeEnd + 1) : null;
    if (after != null) {
      String[] words = line.substring(after.end()).split(" ", 3);
      String user = words.length > 1 && !words[1].startsWith("\"") ? words[1] : Line.MISSING;
      return request(line, timeEnd, micros, after.text(), user.isEmpty() ? Line.MISSING : user);
    }
    Matcher host = HOST_NAME.matcher(head);
    return host.matches()
        ? request(line, timeEnd, micros, host.group(1), user(head, host.end(1)))
        : new Line.Unusable("it has no address of a client");
  }

  private static Line request(String line, int from, long micros, String client, String user) {
    Quoted quoted = new Quoted(line, from);
    String path = Quoted.path(quoted.next());
    quoted.next();
    return new Line.Request(micros, client, path, quoted.next(), user);
  }

  /** The first address, or the second if the first is that of a virtual host, with its port. */
  private static @Nullable Address client(String head) {
    Address first = Address.firstIn(head);
    if (first != null && first.hasPort() && first.end() < head.length()) {
      Address second = head.charAt(first.end()) == ' ' ? Address.at(head, first.end() + 1) : null;
      return second != null ? second : first;
    }
    return first;
  }

  /** What follows the client and its ident, which other addresses may precede. */
  private static String user(String head, int clientEnd) {
    int at = clientEnd;
    while (at < head.length() && ",\" ".indexOf(head.charAt(at)) >= 0) {
      Address further = Address.at(head, at + 1);
      boolean list = head.charAt(at) == ',';
      if (further == null && !list && head.charAt(at) != '"') {
        break;
      }
      at = further != null ? further.end() : at + 1;
    }
    int user = head.indexOf(' ', Math.min(at + 1, head.length())) + 1;
    if (user == 0 || user >= head.length() - 1) {
      return Line.MISSING;
    }
    String text = head.substring(user, head.length() - 1);
    return text.equals("\"\"") ? Line.MISSING : text;
  }
}
