package io.github.ratelimiter.cli.log;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/*
 * The formats:
 *
 *   application  type time name client:port target:port seconds*3 status ... "request" "agent" ...
 *   classic           time name client:port target:port seconds*3 status ... "request" "agent" ...
 */
/** Parses a line of an AWS load balancer. */
final class LoadBalancerLine {
  private static final Pattern LINE =
      Pattern.compile(
          "(?:(?:https?|h2|grpcs|wss?) )?(\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z) \\S+ (\\S+) \\S+"
              + " -?\\d[\\d.]* \\S+ \\S+ (\\S+) ");

  private final LogTime times;

  LoadBalancerLine(LogTime times) {
    this.times = times;
  }

  /** Returns the parsed line; null if it has another format. */
  @Nullable Line read(String line) {
    Matcher fields = LINE.matcher(line);
    if (!fields.lookingAt()) {
      return null;
    }
    Address client = Address.firstIn(fields.group(2));
    OptionalLong micros = times.micros(fields.group(1));
    if (client == null || micros.isEmpty()) {
      return new Line.Unusable(client == null ? Address.PROBLEM : LogTime.PROBLEM);
    }
    QuotedFields quoted = new QuotedFields(line, fields.end());
    RequestLine request = RequestLine.of(quoted.next());
    return new Line.Request(
        micros.getAsLong(),
        client.text(),
        request.method(),
        request.path(),
        quoted.next(),
        Line.MISSING,
        Status.of(fields.group(3)));
  }
}
