package io.github.ratelimiter.server.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * Why a call failed, as RFC 9457 has it.
 *
 * @param title the kind of problem
 * @param status the status code
 * @param detail what would work
 * @param errors the fields that are wrong, if that is the problem
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Problem(String title, int status, String detail, List<FieldError> errors) {
  /** The media type of problems. */
  public static final String MEDIA_TYPE = "application/problem+json";

  /**
   * A field that is wrong.
   *
   * @param field its name; nested names are joined by dots
   * @param message what was found, and what would be right
   */
  public record FieldError(String field, String message) {}

  /** Returns a problem that is not about fields. */
  public static Problem of(int status, String title, String detail) {
    return new Problem(title, status, detail, List.of());
  }

  /** Returns the problem of wrong fields. */
  public static Problem badFields(List<FieldError> errors) {
    String detail = String.join("; ", errors.stream().map(FieldError::message).toList());
    return new Problem("The request has mistakes", 400, detail, errors);
  }
}
