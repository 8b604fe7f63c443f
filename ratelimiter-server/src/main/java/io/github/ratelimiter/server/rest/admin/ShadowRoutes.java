package io.github.ratelimiter.server.rest.admin;

import io.github.ratelimiter.server.admin.AdminRules;
import io.github.ratelimiter.server.admin.KillSwitch;
import io.github.ratelimiter.server.rest.Answers;
import io.github.ratelimiter.server.rest.Bodies;
import io.github.ratelimiter.server.rest.Guard;
import io.github.ratelimiter.server.rest.Json;
import io.github.ratelimiter.server.rest.ProblemException;
import io.github.ratelimiter.server.rest.Routes;
import io.github.ratelimiter.server.security.Access;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The switch for an incident: in shadow, everything is counted and nothing is refused. It is for
 * all instances, or for this one alone, which also works while the database is away.
 */
public final class ShadowRoutes implements Routes {
  private static final Logger LOG = LoggerFactory.getLogger(ShadowRoutes.class);
  private static final String PATH = "/v1/admin/shadow";
  private static final String FLEET = "fleet";
  private static final String INSTANCE = "instance";

  private record Body(@Nullable Boolean shadowed, @Nullable String scope) {}

  private record State(boolean shadowed) {}

  private record Changed(boolean shadowed, String scope) {}

  private final AdminRules rules;
  private final KillSwitch killSwitch;

  /** Creates routes. */
  public ShadowRoutes(AdminRules rules, KillSwitch killSwitch) {
    this.rules = rules;
    this.killSwitch = killSwitch;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get(PATH, this::state, Access.READ);
    routes.post(PATH, this::change, Access.WRITE);
  }

  private void state(Context context) {
    Answers.json(context, 200, new State(killSwitch.isShadowed()));
  }

  private void change(Context context) {
    Body body = Json.read(Bodies.read(context), Body.class);
    if (body.shadowed() == null) {
      throw ProblemException.badField("shadowed", "shadowed: is missing; expected true or false");
    }
    String scope = body.scope() != null ? body.scope() : rules.isShared() ? FLEET : INSTANCE;
    switch (scope) {
      case FLEET -> {
        // Each instance, also this one, follows the database.
        rules.shadowAll(Guard.caller(context), body.shadowed());
      }
      case INSTANCE -> killSwitch.instance(body.shadowed());
      default ->
          throw ProblemException.badField(
              "scope", "scope: found '%s', expected fleet or instance".formatted(scope));
    }
    LOG.atWarn()
        .addKeyValue("shadowed", body.shadowed())
        .addKeyValue("scope", scope)
        .addKeyValue("author", Guard.caller(context).name())
        .log("The switch of all rules was changed");
    Answers.json(context, 200, new Changed(body.shadowed(), scope));
  }
}
