package io.github.ratelimiter.server.rest;

import io.javalin.http.Context;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes answers. */
public final class Answers {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  /** Javalin may compress what is larger. */
  private static final int LARGEST_SMALL = 1_024;

  private Answers() {}

  /** Answers with JSON. */
  public static void json(Context context, int status, Object value) {
    context.status(status).contentType("application/json");
    write(context, Json.write(value));
  }

  /** A small answer is written at once. Javalin would copy it first, through a larger buffer. */
  private static void write(Context context, byte[] body) {
    if (body.length > LARGEST_SMALL) {
      context.result(body);
      return;
    }
    context.res().setContentLength(body.length);
    try {
      context.res().getOutputStream().write(body);
    } catch (IOException e) {
      LOG.debug("The caller has left before the answer", e);
    }
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
