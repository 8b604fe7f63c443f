package io.github.ratelimiter.spring.web;

import io.github.ratelimiter.http.HttpRequest;
import io.github.ratelimiter.spring.RateLimiterProperties.Limit;
import io.github.ratelimiter.spring.failure.InvalidSettingException;
import java.util.Locale;
import java.util.function.Predicate;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import org.springframework.web.util.pattern.PatternParseException;

/** The conditions under which a limit applies. They match what Spring would pass to a handler. */
final class RequestConditions {
  private RequestConditions() {}

  static Predicate<HttpRequest> of(Limit settings, String property) {
    Predicate<HttpRequest> all = request -> true;
    if (settings.method() != null) {
      all = all.and(method(settings.method()));
    }
    if (settings.pathPrefix() != null) {
      all = all.and(pathPrefix(settings.pathPrefix(), property + ".path-prefix"));
    }
    if (settings.path() != null) {
      all = all.and(path(settings.path(), property + ".path"));
    }
    return all;
  }

  /** A handler of GET handles HEAD as well. */
  private static Predicate<HttpRequest> method(String name) {
    String method = name.toUpperCase(Locale.ROOT);
    return request ->
        request.method().equals(method)
            || (method.equals("GET") && request.method().equals("HEAD"));
  }

  private static Predicate<HttpRequest> pathPrefix(String prefix, String property) {
    checkPath(prefix, property);
    return request -> request.path().startsWith(prefix);
  }

  private static Predicate<HttpRequest> path(String text, String property) {
    checkPath(text, property);
    PathPattern pattern;
    try {
      pattern = PathPatternParser.defaultInstance.parse(text);
    } catch (PatternParseException e) {
      throw InvalidSettingException.ofProperty(
          property,
          text,
          e.toDetailedString(),
          "Write a path such as /login, /users/{id} or /api/**.");
    }
    return request -> pattern.matches(PathContainer.parsePath(encoded(request.path())));
  }

  /** The path of a request is decoded; a pattern decodes what it matches. */
  private static String encoded(String path) {
    return path.indexOf('%') < 0 && path.indexOf(';') < 0
        ? path
        : path.replace("%", "%25").replace(";", "%3B");
  }

  private static void checkPath(String path, String property) {
    if (!path.startsWith("/")) {
      throw InvalidSettingException.ofProperty(
          property, path, "it does not begin with '/'", "Write for example /" + path + ".");
    }
  }
}
