package io.github.ratelimiter.server.rest.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleState;
import io.github.ratelimiter.rules.RuleVersion;
import io.github.ratelimiter.rules.postgresql.RuleStamp;
import io.github.ratelimiter.server.admin.AdminRules;
import io.github.ratelimiter.server.admin.AdminRules.Changed;
import io.github.ratelimiter.server.rest.Answers;
import io.github.ratelimiter.server.rest.Bodies;
import io.github.ratelimiter.server.rest.Guard;
import io.github.ratelimiter.server.rest.Json;
import io.github.ratelimiter.server.rest.ProblemException;
import io.github.ratelimiter.server.rest.Routes;
import io.github.ratelimiter.server.security.Access;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Rules, one by one and all together. */
public final class RuleRoutes implements Routes {
  private static final String ALL = "/v1/admin/rules";

  /** IDs may have slashes. */
  private static final String ONE = ALL + "/<rule_id>";

  private record Created(String ruleId, String createdAt) {}

  private record Page(List<ObjectNode> rules, int total, int page, int pageSize) {}

  private record StateBody(@Nullable String state) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Replaced(long revision, int total) {}

  private final AdminRules rules;

  /** Creates routes. */
  public RuleRoutes(AdminRules rules) {
    this.rules = rules;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get(ALL, this::list, Access.READ);
    routes.post(ALL, this::create, Access.WRITE);
    routes.put(ALL, this::replace, Access.WRITE);
    routes.get(ONE, this::read, Access.READ);
    routes.put(ONE, this::update, Access.WRITE);
    routes.delete(ONE, this::delete, Access.WRITE);
    routes.post(ONE + "/state", this::changeState, Access.WRITE);
  }

  private void list(Context context) {
    Query query = Query.of(context, "page", "limit", "state", "tier", "path");
    int page = query.page();
    int size = query.limit();
    Optional<RuleState> state = query.text("state").map(AdminRules::state);
    Optional<String> tier = query.text("tier");
    Optional<String> path = query.text("path");
    RuleVersion version = rules.current();
    List<Rule> found =
        AdminRules.all(version).stream()
            .filter(rule -> state.map(each -> each == rule.state()).orElse(true))
            .filter(rule -> tier.map(name -> AdminRules.namesTier(rule, name)).orElse(true))
            .filter(rule -> path.map(text -> AdminRules.namesPath(rule, text)).orElse(true))
            .toList();
    Map<String, RuleStamp> stamps = rules.stamps();
    List<ObjectNode> shown =
        found.stream()
            .skip((long) (page - 1) * size)
            .limit(size)
            .map(rule -> form(version, rule, Optional.ofNullable(stamps.get(rule.id()))))
            .toList();
    tag(context, version);
    Answers.json(context, 200, new Page(shown, found.size(), page, size));
  }

  private void create(Context context) {
    Changed changed = rules.create(Guard.caller(context), body(context));
    tag(context, changed.version());
    context.header("Location", ALL + "/" + changed.rule().id());
    RuleStamp stamp = Objects.requireNonNull(rules.stamps().get(changed.rule().id()), "stamp");
    Answers.json(context, 201, new Created(changed.rule().id(), stamp.createdAt().toString()));
  }

  private void read(Context context) {
    RuleVersion version = rules.current();
    answer(context, version, AdminRules.rule(version, id(context)));
  }

  private void update(Context context) {
    Changed changed =
        rules.update(
            Guard.caller(context), id(context), body(context), Preconditions.revision(context));
    answer(context, changed.version(), changed.rule());
  }

  private void delete(Context context) {
    RuleVersion version =
        rules.delete(Guard.caller(context), id(context), Preconditions.revision(context));
    tag(context, version);
    context.status(204);
  }

  private void changeState(Context context) {
    String state = Json.read(Bodies.read(context), StateBody.class).state();
    if (state == null) {
      throw ProblemException.badField("state", "state: is missing, for example \"suspended\"");
    }
    Changed changed =
        rules.changeState(
            Guard.caller(context), id(context), state, Preconditions.revision(context));
    answer(context, changed.version(), changed.rule());
  }

  private void replace(Context context) {
    RuleVersion version =
        rules.replace(Guard.caller(context), body(context), Preconditions.revision(context));
    tag(context, version);
    Answers.json(context, 200, new Replaced(version.number(), AdminRules.all(version).size()));
  }

  private static ObjectNode body(Context context) {
    return Json.read(Bodies.read(context), ObjectNode.class);
  }

  private static String id(Context context) {
    return context.pathParam("rule_id");
  }

  static void tag(Context context, RuleVersion version) {
    context.header("ETag", Preconditions.tag(version.number()));
  }

  private void answer(Context context, RuleVersion version, Rule rule) {
    tag(context, version);
    Answers.json(
        context, 200, form(version, rule, Optional.ofNullable(rules.stamps().get(rule.id()))));
  }

  private static ObjectNode form(RuleVersion version, Rule rule, Optional<RuleStamp> stamp) {
    ObjectNode form = AdminRules.form(version, rule);
    stamp.ifPresent(
        known -> {
          form.put("created_at", known.createdAt().toString());
          form.put("created_by", known.createdBy());
          form.put("updated_at", known.updatedAt().toString());
          form.put("updated_by", known.updatedBy());
          form.put("revision", known.revision());
        });
    return form;
  }
}
