package io.github.ratelimiter.server.rest.admin;

import io.github.ratelimiter.server.rest.Problem;
import io.github.ratelimiter.server.rest.ProblemException;
import io.javalin.http.Context;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a change is based on. An ETag is the revision of the rules from which something was read. It
 * stays good for a rule while others change.
 */
final class Preconditions {
  private static final Pattern TAG = Pattern.compile("\"([0-9]{1,18})\"");

  private Preconditions() {}

  static String tag(long revision) {
    return "\"" + revision + "\"";
  }

  /**
   * Returns the revision that the caller has read.
   *
   * @throws ProblemException if it does not say, or says that any will do
   */
  static long revision(Context context) {
    String header = context.header("If-Match");
    if (header == null || header.strip().equals("*")) {
      throw new ProblemException(
          Problem.of(
              428,
              "The call must say what it is based on",
              "Send the header 'If-Match' with the ETag of the last answer, for example \"17\";"
                  + " otherwise a change of somebody else could be lost"));
    }
    return version(header);
  }

  /**
   * Returns the version that the header If-Match names.
   *
   * @throws ProblemException if it names none
   */
  static long version(String header) {
    Matcher tag = TAG.matcher(header.strip());
    if (!tag.matches()) {
      throw ProblemException.badField(
          "If-Match", "If-Match: expected the ETag of an answer, for example \"17\"");
    }
    return Long.parseLong(tag.group(1));
  }
}
