package io.github.ratelimiter.server.rest.admin;

import io.github.ratelimiter.server.rest.ProblemException;
import io.javalin.http.Context;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The parameters of a query. One that is not known is a mistake. */
final class Query {
  static final int MOST = 200;

  private static final int DEFAULT_LIMIT = 50;
  private static final int LAST_PAGE = 1_000_000;

  private final Context context;

  private Query(Context context) {
    this.context = context;
  }

  /**
   * Reads the parameters.
   *
   * @throws ProblemException if there is one with another name
   */
  static Query of(Context context, String... names) {
    List<String> known = Arrays.asList(names);
    for (String name : context.queryParamMap().keySet()) {
      if (!known.contains(name)) {
        throw ProblemException.badField(
            name,
            "unknown parameter '%s'; expected %s"
                .formatted(name, known.isEmpty() ? "none" : "one of " + String.join(", ", known)));
      }
    }
    return new Query(context);
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(context.queryParam(name));
  }

  long number(String name, long otherwise, long least, long most) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(text.get());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) { // As one that is out of range.
    }
    throw ProblemException.badField(
        name, "%s: found '%s', expected %d to %d".formatted(name, text.get(), least, most));
  }

  int limit() {
    return (int) number("limit", DEFAULT_LIMIT, 1, MOST);
  }

  int page() {
    return (int) number("page", 1, 1, LAST_PAGE);
  }
}
