package io.github.ratelimiter.server.rest.page;

import io.github.ratelimiter.server.rest.Problem;
import io.github.ratelimiter.server.rest.ProblemException;
import io.github.ratelimiter.server.rest.Routes;
import io.github.ratelimiter.server.security.Access;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The page for administrators and its files. They are public, because they have no data: the page
 * gets those with the token that its user enters.
 */
public final class PageRoutes implements Routes {
  private static final String PAGE = "page.html";
  private static final Map<String, String> MEDIA_TYPES =
      Map.of(
          PAGE,
          "text/html; charset=utf-8",
          "page.css",
          "text/css; charset=utf-8",
          "page.js",
          "text/javascript; charset=utf-8",
          "service.js",
          "text/javascript; charset=utf-8",
          "view.js",
          "text/javascript; charset=utf-8",
          "icon.svg",
          "image/svg+xml; charset=utf-8");

  /** Scripts are those of this service, and none of them can make elements from text. */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  private final Map<String, byte[]> files = new LinkedHashMap<>();

  /** Reads the files. */
  public PageRoutes() {
    MEDIA_TYPES.keySet().forEach(name -> files.put(name, read("/admin/" + name)));
  }

  private static byte[] read(String path) {
    try (InputStream in = PageRoutes.class.getResourceAsStream(path)) {
      return Objects.requireNonNull(in, path).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/admin", context -> answer(context, PAGE), Access.PUBLIC);
    routes.get(
        "/admin/{file}", context -> answer(context, context.pathParam("file")), Access.PUBLIC);
  }

  private void answer(Context context, String name) {
    byte[] file = files.get(name);
    if (file == null) {
      throw new ProblemException(Problem.of(404, "There is no such path", "The page is at /admin"));
    }
    context.header("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    context.header("X-Content-Type-Options", "nosniff");
    context.header("Referrer-Policy", "no-referrer");
    context.header("Cross-Origin-Opener-Policy", "same-origin");
    context.header("Cross-Origin-Resource-Policy", "same-origin");
    context.header("Cache-Control", "no-cache");
    context.contentType(Objects.requireNonNull(MEDIA_TYPES.get(name))).result(file);
  }
}
