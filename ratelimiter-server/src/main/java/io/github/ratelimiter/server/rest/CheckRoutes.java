package io.github.ratelimiter.server.rest;

import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.server.check.CheckResult;
import io.github.ratelimiter.server.check.CheckedRequest;
import io.github.ratelimiter.server.check.Checks;
import io.github.ratelimiter.server.check.RuleUse;
import io.github.ratelimiter.server.security.Access;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Checks, and what belongs to them. */
public final class CheckRoutes implements Routes {
  private static final String PATH = "/v1/ratelimit/";
  private static final int LARGEST_BATCH = 1_000;

  /** Several checks. */
  private record BatchBody(@Nullable List<CheckBody> checks) {}

  private record BatchResult(int status, CheckAnswer answer) {}

  private record BatchAnswer(List<BatchResult> results) {}

  private record KeyState(String rule, String key, long remaining) {}

  private record KeysAnswer(List<KeyState> keys) {}

  private record ExplainAnswer(boolean allowed, long rulesVersion, String explanation) {}

  private final Checks checks;
  private final TimeSource time;

  /** Creates routes. */
  public CheckRoutes(Checks checks, TimeSource time) {
    this.checks = checks;
    this.time = time;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.post(PATH + "check", this::check, Access.PUBLIC);
    routes.post(PATH + "peek", this::peek, Access.PUBLIC);
    routes.post(PATH + "batch", this::batch, Access.PUBLIC);
    routes.post(
        PATH + "refund", context -> keys(context, checks.refund(request(context))), Access.PUBLIC);
    routes.post(
        PATH + "reset", context -> keys(context, checks.reset(request(context))), Access.PUBLIC);
    routes.post(PATH + "explain", this::explain, Access.PUBLIC);
  }

  private void check(Context context) {
    CheckBody body = Json.read(Bodies.read(context), CheckBody.class);
    CheckedRequest request = body.toRequest();
    answer(context, body.isDryRun() ? checks.peek(request) : checks.check(request));
  }

  private void peek(Context context) {
    answer(context, checks.peek(request(context)));
  }

  private static CheckedRequest request(Context context) {
    return Json.read(Bodies.read(context), CheckBody.class).toRequest();
  }

  private void answer(Context context, CheckResult result) {
    result.headers().forEach(context::header);
    Answers.json(context, CheckAnswer.status(result), CheckAnswer.of(result, now()));
  }

  private void batch(Context context) {
    List<CheckBody> bodies = Json.read(Bodies.read(context), BatchBody.class).checks();
    if (bodies == null || bodies.isEmpty() || bodies.size() > LARGEST_BATCH) {
      throw ProblemException.badField(
          "checks",
          "checks: found %d, expected 1 to %d"
              .formatted(bodies == null ? 0 : bodies.size(), LARGEST_BATCH));
    }
    List<CheckedRequest> requests = new ArrayList<>();
    for (int i = 0; i < bodies.size(); i++) {
      requests.add(bodies.get(i).toRequest("checks." + i + "."));
    }
    List<CompletableFuture<CheckResult>> results = new ArrayList<>();
    for (int i = 0; i < bodies.size(); i++) {
      CheckedRequest request = requests.get(i);
      results.add(
          bodies.get(i).isDryRun()
              ? CompletableFuture.completedFuture(checks.peek(request))
              : checks.checkAsync(request));
    }
    // Each of them ends by the deadline of the store.
    List<BatchResult> answers =
        results.stream()
            .map(CompletableFuture::join)
            .map(
                result ->
                    new BatchResult(CheckAnswer.status(result), CheckAnswer.of(result, now())))
            .toList();
    Answers.json(context, 200, new BatchAnswer(answers));
  }

  private static void keys(Context context, List<RuleUse> uses) {
    Answers.json(
        context,
        200,
        new KeysAnswer(
            uses.stream()
                .map(use -> new KeyState(use.rule(), use.key(), use.state().remaining()))
                .toList()));
  }

  private void explain(Context context) {
    var explanation = checks.explain(request(context));
    Answers.json(
        context,
        200,
        new ExplainAnswer(explanation.isAllowed(), explanation.version(), explanation.toString()));
  }

  private Instant now() {
    return Instant.EPOCH.plus(time.nowMicros(), ChronoUnit.MICROS);
  }
}
