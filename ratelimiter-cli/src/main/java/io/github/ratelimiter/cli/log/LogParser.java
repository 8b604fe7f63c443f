package io.github.ratelimiter.cli.log;

import com.google.gson.JsonObject;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses lines. Detects the format of each line, and skips the prefixes of log collectors. */
final class LogParser {
  private static final String TIMESTAMP = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:[^ ]+";
  private static final Pattern PREFIX =
      Pattern.compile(
          String.join(
              "|",
              // docker compose
              "[\\w.-]+ +\\| ",
              // kubectl --prefix
              "\\[pod/[^ ]+] ",
              // CRI
              TIMESTAMP + " std(?:out|err) [FP] ",
              // syslog: RFC 5424; RFC 3164, also with a timestamp of RFC 3339
              "<\\d{1,3}>1 [^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+ (?:-|\\[[^]]*]) ",
              "(?:<\\d{1,3}>)?(?:[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d|"
                  + TIMESTAMP
                  + ") (?:[^ ]+ )?[^ \":]+: ",
              // docker logs --timestamps
              TIMESTAMP + " "));
  private static final Pattern W3C_LINE =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\d[ \t]\\d\\d:\\d\\d:\\d\\d[ \t].*", Pattern.DOTALL);
  private static final int MAX_PREFIXES = 4;
  private static final Line BLANK_OR_HEADER = new Line.BlankOrHeader();

  private final LogTime times = new LogTime();
  private final TextLine text = new TextLine(times);
  private final JsonLine json = new JsonLine(times);
  private final LoadBalancerLine loadBalancer = new LoadBalancerLine(times);
  private final W3cLine w3c = new W3cLine(times);

  /** Parses a line without its line end. Each character is one byte of the log. */
  Line read(String line) {
    if (line.isBlank()) {
      return BLANK_OR_HEADER;
    }
    if (line.charAt(0) == '#') {
      w3c.header(line);
      return BLANK_OR_HEADER;
    }
    return w3c.hasHeader() ? w3c.read(line) : read(line, MAX_PREFIXES);
  }

  private Line read(String line, int prefixes) {
    if (line.startsWith("{")) {
      return readJson(line, prefixes);
    }
    if (beginsLikeIpV4(line) || Address.at(line, 0) != null) {
      return text.read(line);
    }
    @Nullable Line loadBalancerLine = loadBalancer.read(line);
    if (loadBalancerLine != null) {
      return loadBalancerLine;
    }
    Matcher prefix = PREFIX.matcher(line);
    if (prefixes > 0 && prefix.lookingAt()) {
      return read(line.substring(prefix.end()), prefixes - 1);
    }
    Line read = text.read(line);
    return read instanceof Line.Unusable && W3C_LINE.matcher(line).matches()
        ? new Line.Unusable("it has columns, but no #Fields line precedes it")
        : read;
  }

  /** Returns whether a line begins with a number and a dot. Most lines do. */
  private static boolean beginsLikeIpV4(String line) {
    int dot = line.indexOf('.');
    return dot > 0
        && dot < 4
        && Character.isDigit(line.charAt(0))
        && Character.isDigit(line.charAt(dot - 1));
  }

  private Line readJson(String line, int prefixes) {
    JsonObject object = JsonLine.parse(line);
    if (object == null) {
      return new Line.Unusable("it begins like JSON, but is not a JSON object");
    }
    String inner = prefixes > 0 ? JsonLine.unwrapDocker(object) : null;
    return inner != null ? read(inner, prefixes - 1) : json.read(object);
  }
}
