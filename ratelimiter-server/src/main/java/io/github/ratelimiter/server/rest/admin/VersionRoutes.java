package io.github.ratelimiter.server.rest.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.ratelimiter.rules.RuleVersion;
import io.github.ratelimiter.rules.file.RuleChange;
import io.github.ratelimiter.rules.file.RuleSetDiff;
import io.github.ratelimiter.rules.postgresql.AuditEntry;
import io.github.ratelimiter.server.admin.AdminRules;
import io.github.ratelimiter.server.rest.Answers;
import io.github.ratelimiter.server.rest.Guard;
import io.github.ratelimiter.server.rest.ProblemException;
import io.github.ratelimiter.server.rest.Routes;
import io.github.ratelimiter.server.security.Access;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The history of the rules: versions, differences, the way back, and the audit log. */
public final class VersionRoutes implements Routes {
  private static final String PATH = "/v1/admin/versions";
  private static final int MOST_VERSIONS = 100;

  private record Version(long version, String createdAt, String author) {
    static Version of(RuleVersion version) {
      return new Version(version.number(), version.time().toString(), version.author());
    }
  }

  private record Versions(List<Version> versions) {}

  private record OneVersion(long version, String createdAt, String author, ObjectNode rules) {}

  private record Difference(long from, long to, List<String> changes) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Entry(
      long id,
      @Nullable Long revision,
      String time,
      String author,
      @Nullable String origin,
      String event,
      @Nullable String ruleId,
      @Nullable String userId,
      @Nullable JsonNode before,
      @Nullable JsonNode after) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Audit(List<Entry> entries, @Nullable Long next) {}

  private final AdminRules rules;

  /** Creates routes. */
  public VersionRoutes(AdminRules rules) {
    this.rules = rules;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get(PATH, this::list, Access.READ);
    routes.get(PATH + "/{version}", this::read, Access.READ);
    routes.post(PATH + "/{version}/rollback", this::rollback, Access.WRITE);
    routes.get("/v1/admin/diff", this::difference, Access.READ);
    routes.get("/v1/admin/audit", this::audit, Access.READ);
  }

  private void list(Context context) {
    int most = (int) Query.of(context, "limit").number("limit", 50, 1, MOST_VERSIONS);
    List<Version> versions = rules.versions(most).stream().map(Version::of).toList();
    Answers.json(context, 200, new Versions(versions));
  }

  private void read(Context context) {
    RuleVersion version = rules.version(number(context));
    Answers.json(
        context,
        200,
        new OneVersion(
            version.number(),
            version.time().toString(),
            version.author(),
            AdminRules.form(version.rules())));
  }

  private static long number(Context context) {
    String text = context.pathParam("version");
    if (!text.matches("[0-9]{1,18}")) {
      throw ProblemException.badField(
          "version", "version: found '%s', expected a number".formatted(text));
    }
    return Long.parseLong(text);
  }

  private void rollback(Context context) {
    RuleVersion version =
        rules.rollback(Guard.caller(context), number(context), Preconditions.revision(context));
    RuleRoutes.tag(context, version);
    Answers.json(context, 200, Version.of(version));
  }

  private void difference(Context context) {
    Query query = Query.of(context, "from", "to");
    if (query.text("from").isEmpty()) {
      throw ProblemException.badField("from", "from: is missing, for example 16");
    }
    RuleVersion from = rules.version(query.number("from", 0, 0, Long.MAX_VALUE));
    RuleVersion to =
        query.text("to").isPresent()
            ? rules.version(query.number("to", 0, 0, Long.MAX_VALUE))
            : rules.current();
    List<String> changes =
        RuleSetDiff.between(from.rules(), to.rules()).changes().stream()
            .map(RuleChange::toString)
            .toList();
    Answers.json(context, 200, new Difference(from.number(), to.number(), changes));
  }

  // --- the audit log ---------------------------------------------------------------------------

  private void audit(Context context) {
    Query query = Query.of(context, "limit", "before", "rule_id");
    int most = query.limit();
    long before = query.number("before", Long.MAX_VALUE, 1, Long.MAX_VALUE);
    Optional<String> rule = query.text("rule_id");
    List<AuditEntry> entries =
        rule.isPresent()
            ? rules.database().changesOf(rule.get(), before, most)
            : rules.database().changes(before, most);
    @Nullable Long next =
        entries.size() < most ? null : Long.valueOf(entries.get(entries.size() - 1).id());
    Answers.json(
        context, 200, new Audit(entries.stream().map(VersionRoutes::entry).toList(), next));
  }

  private static Entry entry(AuditEntry entry) {
    return new Entry(
        entry.id(),
        entry.revision().isPresent() ? entry.revision().getAsLong() : null,
        entry.time().toString(),
        entry.author(),
        entry.origin().orElse(null),
        entry.event(),
        entry.rule().orElse(null),
        entry.user().orElse(null),
        entry.before().map(VersionRoutes::form).orElse(null),
        entry.after().map(VersionRoutes::form).orElse(null));
  }

  /** A tier is a text without quotes. */
  private static JsonNode form(String text) {
    return text.startsWith("{")
        ? Secrets.masked(JsonMapper.shared().readTree(text))
        : JsonMapper.shared().getNodeFactory().stringNode(text);
  }
}
