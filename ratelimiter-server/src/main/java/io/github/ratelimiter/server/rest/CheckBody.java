package io.github.ratelimiter.server.rest;

import io.github.ratelimiter.server.check.CheckedRequest;
import io.github.ratelimiter.server.rest.Problem.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The body of a check. The fields are those of the contract. */
record CheckBody(
    @Nullable String userId,
    @Nullable String apiKey,
    @Nullable String ipAddress,
    @Nullable String endpoint,
    @Nullable String method,
    @Nullable String tier,
    @Nullable Map<String, Object> attributes,
    @Nullable Long cost,
    @Nullable Boolean dryRun) {
  private static final int LONGEST = 1_024;
  private static final int MOST_ATTRIBUTES = 64;

  /** Returns whether nothing is to be consumed. */
  boolean isDryRun() {
    return Boolean.TRUE.equals(dryRun);
  }

  /**
   * Returns the request to check.
   *
   * @throws ProblemException if fields are wrong
   */
  CheckedRequest toRequest() {
    return toRequest("");
  }

  /** Returns the request to check; the names of wrong fields begin with a prefix. */
  CheckedRequest toRequest(String prefix) {
    List<FieldError> errors = new ArrayList<>();
    checkText(errors, prefix + "user_id", userId);
    checkText(errors, prefix + "api_key", apiKey);
    checkText(errors, prefix + "ip_address", ipAddress);
    checkText(errors, prefix + "endpoint", endpoint);
    checkText(errors, prefix + "method", method);
    checkText(errors, prefix + "tier", tier);
    if (endpoint == null) {
      errors.add(error(prefix + "endpoint", "is missing, for example \"/api/orders\""));
    } else if (!endpoint.startsWith("/")) {
      errors.add(
          error(prefix + "endpoint", "found '%s', expected a path such as /api/orders", endpoint));
    }
    if (cost != null && (cost < 1 || cost > CheckedRequest.HIGHEST_COST)) {
      errors.add(
          error(prefix + "cost", "found %d, expected 1 to %d", cost, CheckedRequest.HIGHEST_COST));
    }
    checkAttributes(errors, prefix + "attributes");
    if (!errors.isEmpty()) {
      throw new ProblemException(Problem.badFields(errors));
    }
    return new CheckedRequest(
        present(userId),
        present(apiKey),
        present(ipAddress),
        String.valueOf(endpoint),
        method == null ? "GET" : method,
        present(tier),
        attributes == null ? Map.of() : attributes,
        cost == null ? 1 : cost);
  }

  private static void checkText(List<FieldError> errors, String name, @Nullable String value) {
    if (value != null && value.isEmpty()) {
      errors.add(error(name, "found an empty text; leave the field out if there is no value"));
    } else if (value != null && value.length() > LONGEST) {
      errors.add(error(name, "has %d characters, at most %d work", value.length(), LONGEST));
    }
  }

  private void checkAttributes(List<FieldError> errors, String name) {
    if (attributes == null) {
      return;
    }
    if (attributes.size() > MOST_ATTRIBUTES) {
      errors.add(
          error(name, "has %d attributes, at most %d work", attributes.size(), MOST_ATTRIBUTES));
    }
    attributes.forEach(
        (attribute, value) -> {
          if (!(value instanceof String || value instanceof Number || value instanceof Boolean)) {
            errors.add(error(name + "." + attribute, "expected a text, a number, true or false"));
          } else {
            checkText(errors, name + "." + attribute, value.toString());
          }
        });
  }

  private static FieldError error(String field, String message, Object... values) {
    return new FieldError(field, field + ": " + message.formatted(values));
  }

  private static Optional<String> present(@Nullable String value) {
    return Optional.ofNullable(value);
  }
}
