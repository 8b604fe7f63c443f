package io.github.ratelimiter.server.rest;

import io.javalin.http.ContentTooLargeResponse;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;

/** Reads the bodies of calls. */
public final class Bodies {
  static final int LARGEST = 1 << 20;

  private Bodies() {}

  /**
   * Returns the body of a call, which can be read once: into an array of its length if that is
   * known.
   *
   * @throws ContentTooLargeResponse if it has more than {@link #LARGEST} bytes
   * @throws ProblemException if the caller leaves before the end of it
   */
  public static byte[] read(Context context) {
    int length = context.req().getContentLength();
    try (InputStream in = context.req().getInputStream()) {
      byte[] body = in.readNBytes(length < 0 ? LARGEST + 1 : Math.min(length, LARGEST + 1));
      if (body.length > LARGEST) {
        throw new ContentTooLargeResponse();
      }
      return body;
    } catch (IOException e) {
      throw new ProblemException(
          Problem.of(400, "The body is not complete", "the body ended before its length"));
    }
  }
}
