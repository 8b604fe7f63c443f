package io.github.ratelimiter.server.rest.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleVersion;
import io.github.ratelimiter.server.admin.AdminRules;
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
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The lists of clients, and tiers. */
public final class ClientRoutes implements Routes {
  private static final String LISTS = "/v1/admin/lists";
  private static final String LIST = "list";

  private record Revision(long revision) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Tier(String name, @Nullable Long users, Map<String, String> limits) {}

  private record Tiers(List<Tier> tiers) {}

  private final AdminRules rules;

  /** Creates routes. */
  public ClientRoutes(AdminRules rules) {
    this.rules = rules;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get(LISTS, this::lists, Access.READ);
    routes.post(LISTS, this::add, Access.WRITE);
    routes.post(LISTS + "/remove", this::remove, Access.WRITE);
    routes.get("/v1/admin/tiers", this::tiers, Access.READ);
  }

  private void lists(Context context) {
    RuleVersion version = rules.current();
    JsonNode lists = AdminRules.form(version.rules()).path("lists");
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    for (String name : List.of("allow", "deny")) {
      answer.set(name, lists.has(name) ? lists.get(name) : JsonNodeFactory.instance.arrayNode());
    }
    RuleRoutes.tag(context, version);
    Answers.json(context, 200, Secrets.masked(answer));
  }

  private void add(Context context) {
    ObjectNode body = Json.read(Bodies.read(context), ObjectNode.class);
    JsonNode list = body.remove(LIST);
    String name = list == null ? "" : list.asString("");
    if (!name.equals("allow") && !name.equals("deny")) {
      throw ProblemException.badField(LIST, "list: expected \"allow\" or \"deny\"");
    }
    if (body.has("author")) {
      throw ProblemException.badField(
          "author", "author: cannot be set; it is the name of the token");
    }
    RuleVersion version = rules.enlist(Guard.caller(context), name.equals("deny"), body);
    RuleRoutes.tag(context, version);
    Answers.json(context, 201, new Revision(version.number()));
  }

  private void remove(Context context) {
    RuleVersion version =
        rules.unlist(Guard.caller(context), Json.read(Bodies.read(context), ObjectNode.class));
    RuleRoutes.tag(context, version);
    Answers.json(context, 200, new Revision(version.number()));
  }

  /** Returns the tiers that rules name or that users have. */
  private void tiers(Context context) {
    RuleVersion version = rules.current();
    Map<String, Long> users = rules.isShared() ? rules.database().tierSizes() : Map.of();
    TreeSet<String> names = new TreeSet<>(AdminRules.tiers(version));
    names.addAll(users.keySet());
    List<Tier> tiers =
        names.stream()
            .map(
                name ->
                    new Tier(
                        name,
                        rules.isShared() ? users.getOrDefault(name, 0L) : null,
                        limits(version, name)))
            .toList();
    Answers.json(context, 200, new Tiers(tiers));
  }

  /** Returns the limits of a tier by the IDs of the rules that name it. */
  private static Map<String, String> limits(RuleVersion version, String tier) {
    Map<String, String> limits = new TreeMap<>();
    for (Rule rule : AdminRules.all(version)) {
      if (AdminRules.namesTier(rule, tier)) {
        limits.put(rule.id(), rule.policyOf(Optional.of(tier)).text());
      }
    }
    return limits;
  }
}
