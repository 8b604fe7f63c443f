package io.github.ratelimiter.rules.match;

import io.github.ratelimiter.rules.match.PathPattern.Kind;
import io.github.ratelimiter.rules.match.PathPattern.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a pattern of paths. Refuses what would never match, or what means more elsewhere. */
final class PathPatternParser {
  private static final Pattern VARIABLE = Pattern.compile("\\{[A-Za-z_][A-Za-z0-9_.-]*}");
  private static final Pattern SPECIAL = Pattern.compile("[*{}?#;\\\\]");
  private static final Pattern ENCODED = Pattern.compile("%(?!2[Ff])[0-9A-Fa-f]{2}");

  private final String text;
  private final List<Segment> segments = new ArrayList<>();
  private int position;

  private PathPatternParser(String text) {
    this.text = text;
  }

  static List<Segment> segments(String text) {
    return new PathPatternParser(Objects.requireNonNull(text, "pattern")).read();
  }

  private List<Segment> read() {
    if (!text.startsWith("/")) {
      throw error(0, "a pattern begins with a slash; write '/%s'".formatted(text));
    }
    position = 1;
    while (position < text.length()) {
      int slash = text.indexOf('/', position);
      int end = slash < 0 ? text.length() : slash;
      segments.add(segment(text.substring(position, end)));
      position = end + 1;
    }
    return List.copyOf(segments);
  }

  private Segment segment(String segment) {
    if (segment.equals("**")) {
      return any();
    }
    if (segment.equals("*") || VARIABLE.matcher(segment).matches()) {
      return Segment.ONE;
    }
    if (segment.isEmpty()) {
      throw error(0, "a segment is empty; write one slash");
    }
    if (segment.equals(".") || segment.equals("..")) {
      throw error(
          0, "no path has '%s' when it is matched; write the path itself".formatted(segment));
    }
    Matcher special = SPECIAL.matcher(segment);
    if (special.find()) {
      throw error(special.start(), advice(segment.charAt(special.start()), segment));
    }
    Matcher encoded = ENCODED.matcher(segment);
    if (encoded.find()) {
      throw error(
          encoded.start(),
          "a pattern is matched with the decoded path; write the character for '%s'"
              .formatted(encoded.group()));
    }
    return Segment.literal(segment.replace("%2f", "%2F"));
  }

  private Segment any() {
    if (!segments.isEmpty() && segments.get(segments.size() - 1).kind() == Kind.ANY) {
      throw error(0, "two '**' in a row; one is any number of segments, so write '**'");
    }
    return Segment.ANY;
  }

  private static String advice(char found, String segment) {
    return switch (found) {
      case '*' ->
          "'%s' is not a segment; write '*' for one segment, '**' for any number"
              .formatted(segment);
      case '{', '}' ->
          "'%s' is not a segment; write '{name}' with letters, digits, '.', '_' and '-', or '*'"
              .formatted(segment);
      case '?' ->
          "'?' is not a wildcard, and a path has no query; write '*' for a segment, or add a"
              + " condition on the query";
      case '#' -> "a path that a server sees has no fragment; remove it";
      case ';' -> "parameters are removed from a path before it is matched; remove them";
      default -> "a backslash does not separate segments in a pattern; write '/'";
    };
  }

  /** Returns an error at an index of the segment that is read. */
  private IllegalArgumentException error(int index, String problem) {
    return new IllegalArgumentException(
        "path pattern \"%s\", at character %d: %s".formatted(text, position + index + 1, problem));
  }
}
