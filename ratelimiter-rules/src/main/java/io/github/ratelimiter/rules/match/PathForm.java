package io.github.ratelimiter.rules.match;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a path into segments. A form is a set of answers to the questions on which servers
 * disagree, as bits.
 */
final class PathForm {
  private static final int ENCODED_SLASH_SEPARATES = 1;
  private static final int BACKSLASH_SEPARATES = 2;
  private static final int DOTS_SKIP_EMPTY = 4;

  private static final String ENCODED_SLASH = "%2F";

  private PathForm() {}

  /** Returns the questions that a path raises: one bit for each. */
  static int doubts(String path) {
    return (path.contains("%2F") || path.contains("%2f") ? ENCODED_SLASH_SEPARATES : 0)
        | (path.indexOf('\\') >= 0 ? BACKSLASH_SEPARATES : 0)
        | (path.contains("..") ? DOTS_SKIP_EMPTY : 0);
  }

  /** Returns the segments of a path; none is empty. The answers are bits of the doubts. */
  static List<String> segments(String path, int answers) {
    List<String> segments = new ArrayList<>();
    int start = 0;
    int at = 0;
    while (at < path.length()) {
      int width = separatorWidth(path, at, answers);
      if (width == 0) {
        at++;
      } else {
        add(path.substring(start, at), segments, answers);
        at += width;
        start = at;
      }
    }
    add(path.substring(start), segments, answers);
    segments.removeIf(String::isEmpty);
    return segments;
  }

  /** Returns the number of characters of the separator at an index; 0 if there is none. */
  private static int separatorWidth(String path, int at, int answers) {
    return switch (path.charAt(at)) {
      case '/' -> 1;
      case '\\' -> (answers & BACKSLASH_SEPARATES) == 0 ? 0 : 1;
      case '%' ->
          (answers & ENCODED_SLASH_SEPARATES) != 0
                  && path.regionMatches(true, at, ENCODED_SLASH, 0, ENCODED_SLASH.length())
              ? ENCODED_SLASH.length()
              : 0;
      default -> 0;
    };
  }

  private static void add(String text, List<String> segments, int answers) {
    int parameters = text.indexOf(';');
    String segment = parameters < 0 ? text : text.substring(0, parameters);
    if (segment.equals("..")) {
      if (!segments.isEmpty()) {
        segments.remove(segments.size() - 1);
      }
    } else if (segment.isEmpty()) {
      // At the root there is nothing that a later ".." could remove instead.
      if ((answers & DOTS_SKIP_EMPTY) == 0 && !segments.isEmpty()) {
        segments.add(segment);
      }
    } else if (!segment.equals(".")) {
      segments.add(segment.indexOf('%') < 0 ? segment : segment.replace("%2f", ENCODED_SLASH));
    }
  }
}
