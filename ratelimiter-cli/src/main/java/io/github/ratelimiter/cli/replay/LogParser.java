package io.github.ratelimiter.cli.replay;

import com.google.gson.JsonObject;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Recognises the format of each line, behind what tools that collect logs write before it. */
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
              // syslog: RFC 5424, RFC 3164, with a timestamp of RFC 3339
              "<\\d{1,3}>1 [^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+ (?:-|\\[[^]]*]) ",
              "(?:<\\d{1,3}>)?(?:[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d|"
                  + TIMESTAMP
                  + ") (?:[^ ]+ )?[^ \":]+: ",
              // docker logs --timestamps
              TIMESTAMP + " "));
  private static final Pattern W3C_LINE =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\d[ \t]\\d\\d:\\d\\d:\\d\\d[ \t].*", Pattern.DOTALL);
  private static final int MOST_PREFIXES = 4;
  private static final Line NOTHING = new Line.Nothing();

  private final LogTime times = new LogTime();
  private final TextLine text = new TextLine(times);
  private final JsonLine json = new JsonLine(times);
  private final LoadBalancerLine loadBalancer = new LoadBalancerLine(times);
  private final W3cLine w3c = new W3cLine(times);

  /** Reads a line, without what ends it. Each of its characters is a byte. */
  Line read(String line) {
    if (line.isBlank()) {
      return NOTHING;
    }
    if (line.charAt(0) == '#') {
      w3c.header(line);
      return NOTHING;
    }
    return w3c.hasHeader() ? w3c.read(line) : read(line, MOST_PREFIXES);
  }

  private Line read(String line, int prefixes) {
    if (line.startsWith("{")) {
      return readJson(line, prefixes);
    }
    if (beginsAsV4(line) || Address.at(line, 0) != null) {
      return text.read(line);
    }
    @Nullable Line balanced = loadBalancer.read(line);
    if (balanced != null) {
      return balanced;
    }
    Matcher prefix = PREFIX.matcher(line);
    if (prefixes > 0 && prefix.lookingAt()) {
      return read(line.substring(prefix.end()), prefixes - 1);
    }
    Line read = text.read(line);
    return read instanceof Line.Unusable && W3C_LINE.matcher(line).matches()
        ? new Line.Unusable("it has columns, but there is no #Fields line before it")
        : read;
  }

  /** Whether a line begins with a number and a dot, as most do. */
  private static boolean beginsAsV4(String line) {
    int dot = line.indexOf('.');
    return dot > 0
        && dot < 4
        && Character.isDigit(line.charAt(0))
        && Character.isDigit(line.charAt(dot - 1));
  }

  private Line readJson(String line, int prefixes) {
    JsonObject object = JsonLine.parse(line);
    if (object == null) {
      return new Line.Unusable("it begins as JSON, but is no JSON object");
    }
    String wrapped = prefixes > 0 ? JsonLine.wrapped(object) : null;
    return wrapped != null ? read(wrapped, prefixes - 1) : json.read(object);
  }
}
