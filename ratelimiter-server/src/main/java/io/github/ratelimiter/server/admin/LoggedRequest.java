package io.github.ratelimiter.server.admin;

import io.github.ratelimiter.server.check.CheckedRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request of a log. Immutable.
 *
 * @param time when it was made
 * @param request what the rules decide on
 * @param status the status code of the response, if it is known
 */
public record LoggedRequest(Instant time, CheckedRequest request, OptionalInt status) {
  /** The common log format, of which the combined one is an extension. */
  private static final Pattern COMMON =
      Pattern.compile(
          "(\\S+) \\S+ (\\S+) \\[([^\\]]+)\\] \"([A-Z]+) (/\\S*)(?: HTTP/[0-9.]+)?\" ([0-9]{3}) .*");

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT);

  private static final String NONE = "-";

  /**
   * Reads the lines of an access log in the common or the combined format.
   *
   * @return the requests; lines that cannot be read are left out
   */
  public static List<LoggedRequest> read(String log) {
    return log.lines().map(LoggedRequest::readLine).flatMap(Optional::stream).toList();
  }

  private static Optional<LoggedRequest> readLine(String line) {
    Matcher fields = COMMON.matcher(line);
    if (!fields.matches()) {
      return Optional.empty();
    }
    try {
      Instant time = OffsetDateTime.parse(fields.group(3), TIME).toInstant();
      String user = fields.group(2);
      CheckedRequest request =
          new CheckedRequest(
              user.equals(NONE) ? Optional.empty() : Optional.of(user),
              Optional.empty(),
              Optional.of(fields.group(1)),
              fields.group(5),
              fields.group(4),
              Optional.empty(),
              Map.of(),
              1);
      return Optional.of(
          new LoggedRequest(time, request, OptionalInt.of(Integer.parseInt(fields.group(6)))));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
