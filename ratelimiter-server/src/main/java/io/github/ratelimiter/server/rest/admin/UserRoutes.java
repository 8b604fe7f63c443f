package io.github.ratelimiter.server.rest.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.ratelimiter.server.admin.UserData;
import io.github.ratelimiter.server.admin.UserSettings;
import io.github.ratelimiter.server.rest.Answers;
import io.github.ratelimiter.server.rest.Bodies;
import io.github.ratelimiter.server.rest.Guard;
import io.github.ratelimiter.server.rest.Json;
import io.github.ratelimiter.server.rest.Problem;
import io.github.ratelimiter.server.rest.Routes;
import io.github.ratelimiter.server.rest.UserIds;
import io.github.ratelimiter.server.security.Access;
import io.github.ratelimiter.server.users.User;
import io.github.ratelimiter.server.users.UserConflictException;
import io.github.ratelimiter.server.users.UserStore;
import io.github.ratelimiter.server.users.UserStoreException;
import io.github.ratelimiter.server.users.Users;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Users with a tier and limits of their own. */
public final class UserRoutes implements Routes {
  private static final String ALL = "/v1/admin/users";

  /** IDs may have slashes. */
  private static final String ONE = ALL + "/<user_id>";

  private record UserBody(@Nullable String tier, @Nullable Map<String, @Nullable String> limits) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record UserAnswer(
      String userId,
      @Nullable String tier,
      Map<String, String> limits,
      String createdAt,
      String updatedAt) {}

  private record Page(List<UserAnswer> users, long total, int page, int pageSize, String place) {}

  private record Removed(String userId, boolean existed, List<String> resetRules) {}

  private final Users users;
  private final UserSettings settings;
  private final UserData data;

  /** Creates routes. */
  public UserRoutes(Users users, UserSettings settings, UserData data) {
    this.users = users;
    this.settings = settings;
    this.data = data;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get(ALL, this::list, Access.READ);
    routes.get(ONE, this::read, Access.READ);
    routes.put(ONE, this::save, Access.WRITE);
    routes.delete(ONE, this::delete, Access.WRITE);
    routes.exception(
        UserConflictException.class,
        (e, context) -> answer(context, 412, "The change is based on something else", e));
    routes.exception(
        UserStoreException.class,
        (e, context) -> answer(context, 503, "The users are not available", e));
  }

  private static void answer(Context context, int status, String title, RuntimeException e) {
    Answers.problem(context, Problem.of(status, title, String.valueOf(e.getMessage())));
  }

  private void list(Context context) {
    Query query = Query.of(context, "page", "limit");
    int page = query.page();
    int size = query.limit();
    UserStore.Page found = users.list((page - 1L) * size, size);
    Answers.json(
        context,
        200,
        new Page(
            found.users().stream().map(UserRoutes::form).toList(),
            found.total(),
            page,
            size,
            users.place()));
  }

  private static UserAnswer form(User user) {
    return new UserAnswer(
        user.id(),
        user.tier().orElse(null),
        user.limits(),
        user.createdAt().toString(),
        user.updatedAt().toString());
  }

  private void read(Context context) {
    String id = id(context);
    answer(context, 200, UserIds.find(users, id));
  }

  private static void answer(Context context, int status, User user) {
    context.header("ETag", Preconditions.tag(user.version()));
    Answers.json(context, status, form(user));
  }

  private void save(Context context) {
    String id = id(context);
    UserBody body = Json.read(Bodies.read(context), UserBody.class);
    Map<String, @Nullable String> limits = body.limits();
    if (limits == null) {
      limits = new HashMap<>();
    }
    User.Settings valid = settings.of(body.tier(), limits);
    User user = users.save(id, valid, expected(context), Guard.caller(context).name());
    answer(context, user.createdAt().equals(user.updatedAt()) ? 201 : 200, user);
  }

  /** A user is often written by a program that knows all of him, so a precondition is optional. */
  private static OptionalLong expected(Context context) {
    String missing = context.header("If-None-Match");
    if (missing != null && missing.strip().equals("*")) {
      return OptionalLong.of(0);
    }
    String match = context.header("If-Match");
    if (match == null) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(Preconditions.version(match));
  }

  private void delete(Context context) {
    String id = id(context);
    UserData.Removed removed = data.remove(id, Guard.caller(context).name());
    Answers.json(context, 200, new Removed(id, removed.existed(), removed.rules()));
  }

  private static String id(Context context) {
    return UserIds.check(context.pathParam("user_id"));
  }
}
