package io.github.ratelimiter.http;

import java.util.List;
import java.util.function.Predicate;

/** Conditions on requests, for example to skip some of them. */
public final class RequestFilters {
  private RequestFilters() {}

  /**
   * Returns whether a request has a method.
   *
   * @param method the method, for example {@code OPTIONS}
   * @return a condition
   */
  public static Predicate<HttpRequest> method(String method) {
    return request -> request.method().equals(method);
  }

  /**
   * Returns whether the path of a request begins with one of some prefixes. A path that is not
   * normalized never does: one with {@code //}, {@code /.}, {@code %}, {@code ;} or a backslash. So
   * a client cannot spell a path under a prefix that the server resolves to another one.
   *
   * @param prefixes for example {@code /static/}; a prefix without a slash at its end stands for
   *     itself and everything below it
   * @return a condition
   * @throws IllegalArgumentException if a prefix does not begin with a slash
   */
  public static Predicate<HttpRequest> pathPrefix(String... prefixes) {
    List<String> all = List.of(prefixes);
    for (String prefix : all) {
      if (!prefix.startsWith("/")) {
        throw new IllegalArgumentException(
            "'%s' is not a prefix of a path; begin with '/'".formatted(prefix));
      }
    }
    return request -> {
      String path = request.path();
      return isNormalized(path) && all.stream().anyMatch(prefix -> isBelow(path, prefix));
    };
  }

  private static boolean isBelow(String path, String prefix) {
    return path.startsWith(prefix)
        && (prefix.endsWith("/")
            || path.length() == prefix.length()
            || path.charAt(prefix.length()) == '/');
  }

  private static boolean isNormalized(String path) {
    return !path.contains("//")
        && !path.contains("/.")
        && path.indexOf('%') < 0
        && path.indexOf(';') < 0
        && path.indexOf('\\') < 0;
  }
}
