package io.github.ratelimiter.rules.match;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * A path in all forms under which an application may see it, so that no spelling of a path avoids a
 * rule. Immutable.
 *
 * <p>A form is a list of segments. The parameters of a segment ({@code ;v=1}) are removed, {@code
 * .} and {@code ..} are resolved without leaving the root, and empty segments are left out, so that
 * a slash at the end does not matter. Servers disagree on three points. A path that depends on one
 * of them has a form for each answer, and eight forms at most:
 *
 * <ul>
 *   <li>An encoded slash, {@code %2F}, separates segments, or it is part of one.
 *   <li>A backslash separates segments, or it is part of one.
 *   <li>{@code ..} removes the last segment that is not empty, or, as in RFC 3986, the last
 *       segment: {@code /a//..} is {@code /} or {@code /a}.
 * </ul>
 *
 * <pre>{@code
 * /api//orders/;v=1/   /api/orders
 * /public/../login     /login
 * /a%2fb               /a/b or /a%2Fb
 * }</pre>
 *
 * <p>The path must be decoded once, except for encoded slashes, as {@link
 * io.github.ratelimiter.http.HttpRequest#path} is. The cost is linear in the length of the path.
 */
public final class NormalPath {
  private final List<List<String>> forms;
  private final boolean ignoresCase;

  private NormalPath(List<List<String>> forms, boolean ignoresCase) {
    this.forms = forms;
    this.ignoresCase = ignoresCase;
  }

  /**
   * Returns a path that matches patterns in the same case only.
   *
   * @param path the path
   * @return all of its forms
   */
  public static NormalPath of(String path) {
    return new NormalPath(forms(path), false);
  }

  /**
   * Returns a path that matches patterns in any case, for an application that ignores the case.
   *
   * @param path the path
   * @return all of its forms
   */
  public static NormalPath ignoringCase(String path) {
    return new NormalPath(forms(path).stream().map(NormalPath::foldAll).toList(), true);
  }

  private static List<List<String>> forms(String path) {
    int doubts = PathForm.doubts(Objects.requireNonNull(path, "path"));
    if (doubts == 0) {
      return List.of(PathForm.segments(path, 0));
    }
    Set<List<String>> forms = new LinkedHashSet<>();
    for (int answers = doubts; answers >= 0; answers--) {
      if ((answers & ~doubts) == 0) {
        forms.add(PathForm.segments(path, answers));
      }
    }
    return List.copyOf(forms);
  }

  /**
   * Returns each form as a path of its own.
   *
   * @return at least one path; the first is that with the most separators
   */
  public List<NormalPath> forms() {
    return forms.size() == 1
        ? List.of(this)
        : forms.stream().map(form -> new NormalPath(List.of(form), ignoresCase)).toList();
  }

  /** Returns the segments of each form, without case if this path ignores it. */
  List<List<String>> segments() {
    return forms;
  }

  boolean ignoresCase() {
    return ignoresCase;
  }

  private static List<String> foldAll(List<String> segments) {
    return segments.stream().map(NormalPath::fold).toList();
  }

  /**
   * Returns a text without case. Letters that are equal in upper case or in lower case are equal.
   */
  static String fold(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > '~' || (c >= 'A' && c <= 'Z')) {
        return text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
      }
    }
    return text;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof NormalPath other
        && forms.equals(other.forms)
        && ignoresCase == other.ignoresCase;
  }

  @Override
  public int hashCode() {
    return Objects.hash(forms, ignoresCase);
  }

  /** Returns the first form, for example {@code /api/orders}. */
  @Override
  public String toString() {
    return "/" + String.join("/", forms.get(0));
  }
}
