package io.github.ratelimiter.server.rest.admin;

import io.github.ratelimiter.rules.file.RuleFileException;
import io.github.ratelimiter.rules.postgresql.RuleDatabaseException;
import io.github.ratelimiter.server.admin.BadFormException;
import io.github.ratelimiter.server.admin.FormMistake;
import io.github.ratelimiter.server.admin.NeedsDatabaseException;
import io.github.ratelimiter.server.admin.NotFoundException;
import io.github.ratelimiter.server.admin.RefusedChangeException;
import io.github.ratelimiter.server.admin.StaleException;
import io.github.ratelimiter.server.database.DatabaseAwayException;
import io.github.ratelimiter.server.rest.Answers;
import io.github.ratelimiter.server.rest.Problem;
import io.github.ratelimiter.server.rest.Routes;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The problems that failures of administration become. */
public final class AdminErrors implements Routes {
  private static final Logger LOG = LoggerFactory.getLogger(AdminErrors.class);

  /** The watch of the database tries as often when it is away. */
  private static final String RETRY_SECONDS = "1";

  @Override
  public void addTo(RoutesConfig routes) {
    routes.exception(
        BadFormException.class,
        (e, context) ->
            Answers.problem(
                context,
                Problem.badFields(
                    e.mistakes().stream()
                        .map(each -> new Problem.FieldError(each.field(), text(each)))
                        .toList())));
    routes.exception(
        NotFoundException.class, (e, context) -> answer(context, 404, "There is no such thing", e));
    routes.exception(
        RefusedChangeException.class,
        (e, context) -> answer(context, 409, "The change is not allowed", e));
    routes.exception(
        StaleException.class,
        (e, context) -> {
          context.header("ETag", Preconditions.tag(e.revision()));
          answer(context, 412, "The change is based on something else", e);
        });
    routes.exception(
        NeedsDatabaseException.class,
        (e, context) -> answer(context, 501, "The service has no database", e));
    routes.exception(DatabaseAwayException.class, (e, context) -> away(context, e));
    routes.exception(RuleDatabaseException.class, AdminErrors::failed);
  }

  private static String text(FormMistake mistake) {
    return mistake.field().isEmpty()
        ? mistake.problem()
        : mistake.field() + ": " + mistake.problem();
  }

  private static void failed(RuleDatabaseException e, Context context) {
    if (e.getCause() instanceof RuleFileException) {
      answer(context, 409, "The rules in the database are not valid", e);
      return;
    }
    LOG.atWarn().setCause(e).log("{} {} failed", context.method(), context.path());
    away(
        context,
        new IllegalStateException(
            "PostgreSQL did not answer; read what there is before a change is sent again"));
  }

  private static void away(Context context, RuntimeException e) {
    context.header("Retry-After", RETRY_SECONDS);
    answer(context, 503, "The database is away", e);
  }

  private static void answer(Context context, int status, String title, RuntimeException e) {
    Answers.problem(context, Problem.of(status, title, String.valueOf(e.getMessage())));
  }
}
