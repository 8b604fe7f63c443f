package io.github.ratelimiter.server.rest.admin;

import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.server.admin.AdminRules;
import io.github.ratelimiter.server.admin.LoggedRequest;
import io.github.ratelimiter.server.admin.Preview;
import io.github.ratelimiter.server.rest.Answers;
import io.github.ratelimiter.server.rest.Bodies;
import io.github.ratelimiter.server.rest.Json;
import io.github.ratelimiter.server.rest.ProblemException;
import io.github.ratelimiter.server.rest.Routes;
import io.github.ratelimiter.server.security.Access;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What new rules would do to the requests of a log. The size of a body bounds the log. */
public final class PreviewRoutes implements Routes {
  private record Body(@Nullable ObjectNode rules, @Nullable String log) {}

  private record Answer(Preview.Result result, long skippedLines, List<String> findings) {}

  private final AdminRules rules;

  /** Creates routes. */
  public PreviewRoutes(AdminRules rules) {
    this.rules = rules;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.post("/v1/admin/preview", this::preview, Access.READ);
  }

  private void preview(Context context) {
    Body body = Json.read(Bodies.read(context), Body.class);
    if (body.rules() == null) {
      throw ProblemException.badField(
          "rules", "rules: is missing; expected the parts of a rule file that are to change");
    }
    if (body.log() == null) {
      throw ProblemException.badField(
          "log", "log: is missing; expected lines of an access log, as one text");
    }
    RuleSet before = rules.current().rules();
    RuleSet after = rules.planned(before, body.rules());
    List<LoggedRequest> log = LoggedRequest.read(body.log());
    if (log.isEmpty()) {
      throw ProblemException.badField(
          "log",
          "log: has no request in the common or the combined format, for example 192.0.2.1 - -"
              + " [02/Mar/2026:09:00:00 +0000] \"GET / HTTP/1.1\" 200 17");
    }
    Answers.json(
        context,
        200,
        new Answer(
            Preview.of(before, after, log),
            body.log().lines().filter(line -> !line.isBlank()).count() - log.size(),
            after.check().stream().map(Objects::toString).toList()));
  }
}
