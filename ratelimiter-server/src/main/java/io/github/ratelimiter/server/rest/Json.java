package io.github.ratelimiter.server.rest;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/** Reads and writes JSON. A mistake becomes a problem that names the field. */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .withCoercionConfig(
              LogicalType.Textual,
              config -> {
                config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                config.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
                config.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
              })
          .withCoercionConfig(
              LogicalType.Integer,
              config -> config.setCoercion(CoercionInputShape.String, CoercionAction.Fail))
          .build();

  private Json() {}

  /**
   * Reads a value.
   *
   * @throws ProblemException if the text is not JSON, or does not fit the type
   */
  public static <T> T read(byte[] json, Class<T> type) {
    try {
      T value = MAPPER.readValue(json, type);
      if (value == null) {
        throw ProblemException.badField("", "found null, expected a JSON object");
      }
      return value;
    } catch (StreamReadException e) {
      throw new ProblemException(
          Problem.of(
              400,
              "The body is not JSON",
              json.length == 0
                  ? "the body is empty; expected a JSON object"
                  : "%s, at line %d, column %d"
                      .formatted(
                          e.getOriginalMessage(),
                          e.getLocation().getLineNr(),
                          e.getLocation().getColumnNr())));
    } catch (DatabindException e) {
      throw ProblemException.badField(path(e), message(e));
    }
  }

  private static String path(DatabindException e) {
    return e.getPath().stream()
        .map(
            step ->
                step.getPropertyName() == null
                    ? Integer.toString(step.getIndex())
                    : step.getPropertyName())
        .collect(Collectors.joining("."));
  }

  private static String message(DatabindException e) {
    if (e instanceof UnrecognizedPropertyException unknown) {
      Collection<Object> known = unknown.getKnownPropertyIds();
      List<String> names = known == null ? List.of() : known.stream().map(String::valueOf).toList();
      return "unknown field '%s'; expected one of %s"
          .formatted(
              unknown.getPropertyName(), String.join(", ", names.stream().sorted().toList()));
    }
    if (e instanceof InvalidFormatException format) {
      return "%s: found '%s', expected %s"
          .formatted(path(e), format.getValue(), expected(format.getTargetType()));
    }
    if (e instanceof MismatchedInputException mismatch) {
      if (String.valueOf(e.getOriginalMessage()).startsWith("Duplicate")) {
        return "a field is there twice: " + e.getOriginalMessage();
      }
      return "%s: expected %s"
          .formatted(path(e).isEmpty() ? "the body" : path(e), expected(mismatch.getTargetType()));
    }
    return "%s: %s".formatted(path(e), e.getOriginalMessage());
  }

  private static String expected(@Nullable Class<?> type) {
    if (type == null) {
      return "another value";
    }
    if (type == String.class) {
      return "a text";
    }
    if (type == long.class || type == Long.class || type == int.class || type == Integer.class) {
      return "a whole number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "a list";
    }
    return "a JSON object";
  }

  /** Writes a value. */
  public static byte[] write(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JacksonException e) {
      throw new IllegalStateException(e);
    }
  }
}
