package io.github.ratelimiter.server.rest;

import io.javalin.http.Context;

/** Writes answers. */
public final class Answers {
  private Answers() {}

  /** Answers with JSON. */
  public static void json(Context context, int status, Object value) {
    context.status(status).contentType("application/json").result(Json.write(value));
  }

  /** Answers with a problem. */
  public static void problem(Context context, Problem problem) {
    context.status(problem.status()).contentType(Problem.MEDIA_TYPE).result(Json.write(problem));
  }

  /** Answers with a text. */
  public static void text(Context context, String mediaType, String text) {
    context.contentType(mediaType).result(text);
  }
}
