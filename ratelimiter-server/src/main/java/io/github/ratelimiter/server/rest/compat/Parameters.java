package io.github.ratelimiter.server.rest.compat;

import io.github.ratelimiter.server.rest.Bodies;
import io.github.ratelimiter.server.rest.Json;
import io.github.ratelimiter.server.rest.ProblemException;
import io.javalin.http.Context;
import java.math.BigDecimal;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The parameters of a call: those of the query, and the fields of the body, which come first. */
final class Parameters {
  private static final int LONGEST = 1_024;

  private final Context context;
  private final ObjectNode body;

  private Parameters(Context context, ObjectNode body) {
    this.context = context;
    this.body = body;
  }

  static Parameters of(Context context) {
    byte[] body = Bodies.read(context);
    return new Parameters(
        context,
        body.length == 0
            ? JsonNodeFactory.instance.objectNode()
            : Json.read(body, ObjectNode.class));
  }

  ObjectNode body() {
    return body;
  }

  Optional<String> text(String name) {
    JsonNode field = body.get(name);
    Optional<String> text =
        field == null
            ? Optional.ofNullable(context.queryParam(name))
            : Optional.of(field.isValueNode() ? field.asString("") : field.toString());
    if (text.filter(value -> value.isEmpty() || value.length() > LONGEST).isPresent()) {
      throw ProblemException.badField(
          name, "%s: expected 1 to %d characters".formatted(name, LONGEST));
    }
    return text;
  }

  /**
   * Returns a parameter.
   *
   * @throws ProblemException if it is missing
   */
  String required(String name) {
    return text(name)
        .orElseThrow(() -> ProblemException.badField(name, "%s: is missing".formatted(name)));
  }

  /** Returns a path. One without a slash at the begin gets one. */
  Optional<String> path(String name) {
    return text(name).map(path -> path.startsWith("/") ? path : "/" + path);
  }

  /**
   * Returns a number above 0.
   *
   * @throws ProblemException if it is another value
   */
  Optional<BigDecimal> number(String name) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      BigDecimal number = new BigDecimal(text.get());
      if (number.signum() > 0 && number.precision() <= 18 && Math.abs(number.scale()) <= 9) {
        return Optional.of(number);
      }
    } catch (NumberFormatException e) { // As one that is out of range.
    }
    throw ProblemException.badField(
        name, "%s: found '%s', expected a number above 0".formatted(name, text.get()));
  }
}
